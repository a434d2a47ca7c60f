"""The decision log on its way out: whole lines without a gap, each checked before it goes."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from faces.errors import FieldInvalid, LogBroken, QueueFull, RecordsMissing, StoreUnavailable
from gateway.records.log import DecisionLog
from meshkit.chain import Bounds, Chain, ChainBroken, Entry, Excerpt, Head, Period

_PART_BYTES = 2**20
"""About how much is read at a time: some 700 records, which take some 5 ms to check."""

_AT_ONCE = 8
"""Most exports that run. Each that is taken slowly, or not at all, holds some 7 MiB: one part, as
records and encoded, and what gRPC has of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks for."""

    after_position: int = 0
    """Only what is behind this record; 0 for all that is kept."""

    period: Period = field(default=Period(since=None, until=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The next records."""

    whole: Excerpt
    """All that comes."""

    before: Head
    """What the first one of these comes after."""

    entries: Sequence[Entry]


class Exporting:
    """Reads at the pace of whoever takes it, on a thread of its own.

    Memory holds one part for each caller, and one is read at a time for all of them, also
    while those who left are still being read for.
    """

    def __init__(self, log: DecisionLog) -> None:
        self._log = log
        self._running = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="export")

    async def parts(self, wanted: Wanted) -> AsyncGenerator[Part]:
        """All that is wanted, up to the record that is the last one now. At least one part.

        What is told of the whole is read back and checked against what this process wrote:
        a log whose end was cut off, or that was made anew, is found.

        Raises:
            FieldInvalid: The record after which to begin is not kept any more.
            RecordsMissing: The log ends before it.
            LogBroken: At the first record that is wrong.
            StoreUnavailable: The log cannot be read.
            QueueFull: Too many exports run.
        """
        with self._place():
            entries, last, head = await self._sought(wanted)
            part = await self._next(entries)
            before = part[0].before if part else last
            whole = Excerpt(before=before, last=last, head=head)
            yield Part(whole=whole, before=before, entries=part)
            while part and (following := await self._next(entries)):
                yield Part(whole=whole, before=part[-1].head, entries=following)
                part = following

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        if self._running >= _AT_ONCE:
            raise QueueFull(queue="exports", limit=_AT_ONCE)
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    async def _sought(self, wanted: Wanted) -> tuple[Iterator[Entry], Head, Head]:
        """What is wanted, its last record (or the one before, if there is none), the head."""
        after = wanted.after_position
        # With the segment of that record itself, which is so found to be there.
        chain, head = await self._log.chain(behind=max(after - 1, 0))
        if after > head.position:
            raise RecordsMissing(position=after, head_position=head.position)
        every = _up_to(head, chain, after)
        if not wanted.period.is_bounded:
            return every, head, head
        found = await self._found(every, wanted.period, head)
        if not found.record_count:
            return iter(()), found.last, head
        # The same segments: those that retention removes meanwhile cannot be read, and are not
        # taken for a log that was cut.
        return _up_to(found.last, chain, found.before.position), found.last, head

    async def _found(self, entries: Iterator[Entry], period: Period, head: Head) -> Excerpt:
        """Where a period begins and ends."""
        bounds = Bounds(period)
        seen = _seen(entries, bounds)
        while await self._next(seen):
            pass
        return bounds.excerpt(head)

    async def _next(self, entries: Iterator[Entry]) -> list[Entry]:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, _take, entries)
        except OSError as error:
            raise StoreUnavailable(store="decision") from error
        except ChainBroken as broken:
            raise LogBroken(position=broken.position, problem=broken.what) from broken


def _take(entries: Iterator[Entry]) -> list[Entry]:
    taken, size = list[Entry](), 0
    for entry in entries:
        taken.append(entry)
        size += len(entry.line)
        if size >= _PART_BYTES:
            break
    return taken


def _seen(entries: Iterator[Entry], bounds: Bounds) -> Iterator[Entry]:
    for entry in entries:
        bounds.see(entry)
        yield entry


def _up_to(last: Head, chain: Chain, after: int) -> Iterator[Entry]:
    """The records behind a place, up to one that must be there as it was written."""
    for entry in chain.walk(max(after - 1, 0)):
        if chain.begin.position > after > 0:
            rule = f"must be 0, or at least {chain.begin.position}: older records are not kept"
            raise FieldInvalid(field="after_position", rule=rule)
        if entry.head.position == last.position and entry.head != last:
            what = "it is not the record that was written here"
            raise ChainBroken(what, position=last.position)
        if entry.head.position > after:
            yield entry
        if entry.head.position == last.position:
            chain.require_begin()
            return
    raise ChainBroken("records are missing from here on", position=chain.head.position + 1)
