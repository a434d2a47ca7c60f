"""The decision log on its way out: whole lines without a gap, each checked before it goes."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

from faces.errors import FieldInvalid, LogBroken, RecordsMissing, StoreUnavailable
from gateway.records.log import DecisionLog
from meshkit.chain import FOLDER, Chain, ChainBroken, Entry, Excerpt, Head, Period, Seal

_PART_BYTES = 2**20
"""About how much is read at a time: some 700 records, which take some 5 ms to check."""


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
    """Reads at the pace of whoever takes it, on other threads than those of doors.

    Memory holds one part for each caller, and one is read at a time for all of them.
    """

    def __init__(self, log: DecisionLog, seal: Seal) -> None:
        self._log = log
        self._seal = seal
        self._turn = asyncio.Lock()

    async def parts(self, wanted: Wanted) -> AsyncIterator[Part]:
        """All that is wanted, up to the record that is the last one now. At least one part.

        What is told of the whole is read back and checked against what this process wrote:
        a log whose end was cut off, or that was made anew, is found.

        Raises:
            FieldInvalid: The record after which to begin is not kept any more.
            RecordsMissing: The log ends before it.
            LogBroken: At the first record that is wrong.
            StoreUnavailable: The log cannot be read.
        """
        # Segments first: what removed one is then not behind the head.
        chain = await asyncio.to_thread(self._chain, wanted.after_position)
        head = self._log.head
        entries, last = await self._sought(wanted, chain, head)
        part = await self._next(entries)
        before = part[0].before if part else last
        whole = Excerpt(before=before, last=last, head=head)
        yield Part(whole=whole, before=before, entries=part)
        while part and (following := await self._next(entries)):
            yield Part(whole=whole, before=part[-1].head, entries=following)
            part = following

    async def _sought(
        self, wanted: Wanted, chain: Chain, head: Head
    ) -> tuple[Iterator[Entry], Head]:
        """The records that are wanted, and the last one of them, or the one before if none is."""
        after = wanted.after_position
        if after > head.position:
            raise RecordsMissing(position=after, head_position=head.position)
        every = _up_to(head, chain, after)
        if not wanted.period.is_bounded:
            return every, head
        found = await self._found(every, wanted.period, head)
        if not found.record_count:
            return iter(()), found.last
        after = found.before.position
        again = await asyncio.to_thread(self._chain, after)
        return _up_to(found.last, again, after), found.last

    def _chain(self, after: int) -> Chain:
        # With the segment of that record itself, which is so found to be there.
        return Chain(self._log.data / FOLDER, self._seal, behind=max(after - 1, 0))

    async def _found(self, entries: Iterator[Entry], period: Period, head: Head) -> Excerpt:
        """Where a period begins and ends. Without `since`, it begins at once."""
        first: Entry | None = None
        last: Entry | None = None
        while part := await self._next(entries):
            for entry in part:
                inside = period.holds(entry)
                if first is None and (inside or not period.since):
                    first = entry
                if inside:
                    last = entry
        before = first.before if first else head
        return Excerpt(before=before, last=last.head if last else before, head=head)

    async def _next(self, entries: Iterator[Entry]) -> list[Entry]:
        try:
            async with self._turn:
                return await asyncio.to_thread(_take, entries)
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


def _up_to(last: Head, chain: Chain, after: int) -> Iterator[Entry]:
    """The records behind a place, up to one that must be there as it was written."""
    for entry in chain:
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
