"""A blocking client of the gallery itself, for those who operate it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from client.calls.prepared import Prepared
from client.leaving import leave
from meshkit.channels import options
from meshkit.status import raising
from meshkit.tls.calling import Trust, blocking_channel
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1 import maintenance_pb2

R = TypeVar("R")

GALLERY = "127.0.0.1:50054"
"""Where a gallery listens unless its operator moved it."""

SERVED = "gallery"
"""Who is named when nobody answers."""

_SERVICE = pb.DESCRIPTOR.services_by_name["GalleryService"]


class Gallery:
    """Calls of a gallery. Whatever it refuses is raised as the `FaceError` that says why."""

    def __init__(
        self, address: str = GALLERY, *, deadline_s: float = 30.0, tls: Path | None = None
    ) -> None:
        """Open a channel; nothing is sent yet.

        Args:
            address: Of a gallery, for example ``dns:///gallery.sureface:50054``.
            deadline_s: How long each call may take that is no stream.
            tls: Folder with an operator's `tls.crt` and `tls.key`, and `ca.crt`; None speaks
                plain text.

        Raises:
            meshkit.config.ConfigError: The files of `tls` cannot be used.
        """
        files = pb.DESCRIPTOR, maintenance_pb2.DESCRIPTOR
        services = [each for file in files for each in file.services_by_name.values()]
        trust = Trust(folder=tls, name=SERVED) if tls else None
        self._channel = blocking_channel(address, options(services), trust)
        self.deadline_s = deadline_s

    def run(self, call: Prepared[R]) -> R:
        """Make a unary call."""
        stub = self._channel.unary_unary(call.path, _bytes, call.parse)
        with raising(SERVED):
            answer = stub(call.request, timeout=self.deadline_s)
        return call.decode(answer)

    def each(self, call: Prepared[R]) -> Iterator[R]:
        """Make a call whose answers are a stream."""
        stub = self._channel.unary_stream(call.path, _bytes, call.parse)
        answers: Any = stub(call.request)
        try:
            with raising(SERVED):
                yield from map(call.decode, answers)
        finally:
            answers.cancel()

    def send(self, messages: Iterable[pb.ImportTemplatesRequest]) -> pb.ImportTemplatesResponse:
        """Import a stream. An exception of `messages` ends it, and is raised afterwards."""
        method = f"/{_SERVICE.full_name}/ImportTemplates"
        stub = self._channel.stream_unary(method, _bytes, pb.ImportTemplatesResponse.FromString)
        source = _Source(messages)
        call: Any = stub.future(source)
        try:
            with raising(SERVED):
                answer: pb.ImportTemplatesResponse = call.result()
        finally:
            call.cancel()
            source.ended = True
            if source.error:
                raise source.error
        return answer

    def receive(self, request: pb.ExportTemplatesRequest) -> Iterator[pb.ExportTemplatesResponse]:
        """Export a stream."""
        method = f"/{_SERVICE.full_name}/ExportTemplates"
        stub = self._channel.unary_stream(method, _bytes, pb.ExportTemplatesResponse.FromString)
        call: Any = stub(request)
        try:
            with raising(SERVED):
                yield from call
        finally:
            call.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        leave(self._channel)


class _Source:
    """Messages for gRPC's thread, which would only log what they raise."""

    def __init__(self, messages: Iterable[pb.ImportTemplatesRequest]) -> None:
        self._messages = iter(messages)
        self.error: Exception | None = None
        self.ended = False

    def __iter__(self) -> Iterator[pb.ImportTemplatesRequest]:
        return self

    def __next__(self) -> pb.ImportTemplatesRequest:
        if self.ended:
            raise StopIteration
        try:
            return next(self._messages)
        except StopIteration:
            raise
        except Exception as error:  # noqa: BLE001  # raised again by `send`
            self.error = error
            raise StopIteration from None


def _bytes(message: Any) -> bytes:
    data: bytes = message.SerializeToString()
    return data
