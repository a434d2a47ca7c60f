"""What all stores share: writes wait for one thread, reads for another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from typing_extensions import override

from meshkit.batcher import Batcher, BatchLimits
from services.gallery.answers import Answer
from services.gallery.store import Reader, Request, Store, Work

T = TypeVar("T")

READS = BatchLimits(max_batch=8, max_queued=256)
"""Reads are short, and those that wait together are answered together."""

Outcome = Answer | Exception
"""What became of one write of a group. Exceptions belong to its caller."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write, as it waits for its group."""

    request: Request
    work: Work


Reads = Batcher[Callable[[Reader], Any], Any]
"""Brings what each work returns, or the exception that its caller will raise."""


class QueuedStore(Store):
    """Writes and reads of a `Store` on two threads; the rest is for those who derive."""

    def __init__(self, writes: Batcher[Any, Outcome | None], reads: Reads) -> None:
        """Use queues that are open.

        Args:
            writes: Commits each `Write`; None only lets the follower catch up, and try
                again what it could not do.
            reads: Runs works.
        """
        self._writes = writes
        self._reads = reads

    @override
    async def write(self, request: Request, work: Work) -> Answer:
        [outcome] = await self._writes.submit([Write(request, work)])
        return cast("Answer", outcome_of(outcome))

    @override
    async def read(self, work: Callable[[Reader], T]) -> T:
        [outcome] = await self._reads.submit([work])
        return cast("T", outcome_of(outcome))

    @override
    async def settle(self) -> None:
        await self._writes.submit([None])


def outcome_of(outcome: Any) -> Any:
    """What came of it, or raise that."""
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
