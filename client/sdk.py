"""The two clients: one blocks, one is awaited; everything else they share."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import grpc
import grpc.aio
from typing_extensions import override

from client.api import Calls
from client.calls.prepared import Batch, Feed, Listing, Prepared, Stream, to_bytes
from client.credentials import Token, bearer, bearing
from client.leaving import leave
from client.methods import Awaiting, Blocking
from client.streaming import awaiting, blocking, enrolling, enrolling_aio
from client.streaming.breaking import SERVED
from client.streaming.following import follow, follow_aio
from client.types.enrollment import BatchOutcome, Enrollee
from client.types.image import Picture
from client.types.stream import Frame
from meshkit.channels import options
from meshkit.status import raising
from meshkit.tls.calling import Trust, aio_channel, blocking_channel
from sureface.access.v1 import access_pb2
from sureface.analysis.v1 import analysis_pb2
from sureface.audit.v1 import audit_pb2
from sureface.enrollment.v1 import enrollment_pb2
from sureface.insight.v1 import insight_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.policy.v1 import policy_pb2

R = TypeVar("R")

ADDRESS = "127.0.0.1:50050"
"""Where a gateway listens unless its operator moved it."""

DEADLINE_S = 30.0
"""How long a call may take unless the caller says otherwise."""

SERVICES = [
    service
    for module in (
        *(access_pb2, analysis_pb2, audit_pb2, enrollment_pb2),
        *(insight_pb2, investigation_pb2, policy_pb2),
    )
    for service in module.DESCRIPTOR.services_by_name.values()
]
"""The public API."""


class Sureface(Calls, Blocking):
    """A blocking client. Safe to share between threads.

    Example:
        >>> with Sureface() as mesh:
        ...     answer = mesh.compare(
        ...         scene="search_prefilter", first=Path("a.jpg"), second=Path("b.jpg")
        ...     )
        ...     print(answer.decision.verdict, answer.similarity)
    """

    def __init__(
        self,
        address: str = ADDRESS,
        *,
        deadline_s: float = DEADLINE_S,
        tls: Path | None = None,
        api_key: str | None = None,
        token: Token | None = None,
    ) -> None:
        """Open a channel; nothing is sent yet.

        Args:
            address: Of a gateway, for example ``dns:///gateway.sureface:50050``.
            deadline_s: How long each call may take; `within` changes it for some calls.
            tls: A folder with `ca.crt`, from one of which the gateway's certificate must come;
                and with `tls.crt` and `tls.key`, if it demands one. Read when a client is made,
                and for each stream of a camera. None speaks plain text.
            api_key: As `sureface keys create` printed it.
            token: Of an identity provider, instead of a key; or a function that finds the current
                one, which is asked for each call.

        Raises:
            meshkit.config.ConfigError: The files of `tls` cannot be used, or the credential would
                leave this machine in plain text.
        """
        proof = bearer(api_key, token, address=address, tls=tls)
        trust = Trust(folder=tls) if tls else None
        connect = partial(blocking_channel, address, options(SERVICES), trust)
        self._open: Callable[[], grpc.Channel] = bearing(connect, proof)
        self._channel = self._open()
        self.deadline_s = deadline_s

    @override
    def run(self, call: Prepared[R]) -> R:
        stub = self._channel.unary_unary(call.path, to_bytes, call.parse)
        with raising(SERVED):
            answer = stub(call.request, timeout=self.deadline_s)
        return call.decode(answer)

    @override
    def each(self, listing: Listing[R]) -> Iterator[R]:
        page = self.run(listing.page(""))
        yield from page.items
        while page.next_token:
            page = self.run(listing.page(page.next_token))
            yield from page.items

    @override
    def follow(self, feed: Feed[R]) -> Iterator[R]:
        return follow(self._channel, feed)

    @override
    def watch(self, stream: Stream[R], frames: Iterable[Frame | Picture]) -> Iterator[R]:
        return blocking.watch(self._open, stream, frames)

    @override
    def enroll(self, batch: Batch, people: Iterable[Enrollee]) -> Iterator[BatchOutcome]:
        return enrolling.enroll(self._channel, batch, people)

    def close(self) -> None:
        """Close the channel, also for what `within` returned."""
        leave(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncSureface(Calls, Awaiting):
    """A client for asyncio. Belongs to the event loop that it was made in.

    Example:
        >>> async with AsyncSureface() as mesh:
        ...     async for person in mesh.list_persons(collection_id="staff"):
        ...         print(person.person_id)
    """

    def __init__(
        self,
        address: str = ADDRESS,
        *,
        deadline_s: float = DEADLINE_S,
        tls: Path | None = None,
        api_key: str | None = None,
        token: Token | None = None,
    ) -> None:
        """Open a channel; nothing is sent yet. The arguments are those of `Sureface`.

        Unlike there, a file of `tls` that changes is used from the next call on.
        """
        proof = bearer(api_key, token, address=address, tls=tls)
        trust = Trust(folder=tls) if tls else None
        connect = partial(aio_channel, address, options(SERVICES), trust)
        self._open: Callable[[], grpc.aio.Channel] = bearing(connect, proof)
        self._channel = self._open()
        self.deadline_s = deadline_s

    @override
    async def run(self, call: Prepared[R]) -> R:
        stub = self._channel.unary_unary(call.path, to_bytes, call.parse)
        with raising(SERVED):
            answer: Any = await stub(call.request, timeout=self.deadline_s)
        return call.decode(answer)

    @override
    async def each(self, listing: Listing[R]) -> AsyncIterator[R]:
        token, more = "", True
        while more:
            page = await self.run(listing.page(token))
            for item in page.items:
                yield item
            token, more = page.next_token, bool(page.next_token)

    @override
    def follow(self, feed: Feed[R]) -> AsyncIterator[R]:
        return follow_aio(self._channel, feed)

    @override
    def watch(self, stream: Stream[R], frames: AsyncIterable[Frame | Picture]) -> AsyncIterator[R]:
        return awaiting.watch(self._open, stream, frames)

    @override
    def enroll(self, batch: Batch, people: AsyncIterable[Enrollee]) -> AsyncIterator[BatchOutcome]:
        return enrolling_aio.enroll(self._channel, batch, people)

    async def close(self) -> None:
        """Close the channel, also for what `within` returned."""
        await self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
