"""A whole chain, walked from its first record to its last."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from meshkit.chain.heads import START, Head
from meshkit.chain.links import ChainBroken, Entry, finished, read
from meshkit.chain.seals import Seal
from meshkit.chain.segments import behind as files_behind
from meshkit.chain.segments import name_of, segments_behind

RETENTION = "retention"
"""Kind of a record that says that a segment was removed, and with which record it ended:
`through` and `through_hash`."""


class HeadTooOld(Exception):
    """What was noted is about a record that retention removed: it proves nothing any more."""


class Chain:
    """What is in a folder when this is made. Walked once, it knows where it begins and ends."""

    def __init__(self, folder: Path, seal: Seal, *, behind: int = 0) -> None:
        """Look which segments there are.

        Args:
            folder: Where it is.
            seal: How its records must have been hashed.
            behind: Pass over the segments without a record behind this place.
        """
        self._files = segments_behind(folder, behind)
        self._behind = behind
        self._seal = seal
        self._removed: set[Head] = set()
        self.begin = START
        """What the first record comes after; not `START` once retention removed something."""
        self.head = START
        """The last record."""
        self.time = ""
        """When the first record was made."""
        self.segment_count = len(self._files)
        self.torn_bytes = 0
        """Of a last line that was never finished, and so never answered."""

    def __iter__(self) -> Iterator[Entry]:
        """All records, each checked: `walk`."""
        return self.walk()

    def walk(self, behind: int = 0) -> Iterator[Entry]:
        """All records, each checked. Later, maybe not all of them once more.

        Args:
            behind: Pass over the segments without a record behind this place.

        Raises:
            ChainBroken: At the first one that is wrong, and at the end, if what is missing
                in front was not removed by retention.
        """
        after = None
        for file in files_behind(self._files, behind):
            before = after
            for entry in self._segment(file, after):
                if not self.time:
                    self.begin, self.time = entry.before, entry.time
                after = self.head = entry.head
                yield entry
            if after is before and file is not self._files[-1]:
                where = int(file.stem)
                raise ChainBroken("the segment holds no record", position=where, file=file.name)
        self.require_begin()

    def require_begin(self) -> None:
        """Check what is missing in front; for those who stop before the end.

        Raises:
            ChainBroken: None of the records so far says that it was removed.
        """
        if not self._behind and self.begin not in {START, *self._removed}:
            what = "the chain begins here, and no record says that the ones before were removed"
            raise ChainBroken(what, position=self.begin.position + 1, file=self._files[0].name)

    def _segment(self, file: Path, after: Head | None) -> Iterator[Entry]:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    if not line.endswith(b"\n") and file is self._files[-1]:
                        finished(line, self._seal, after or START)
                        self.torn_bytes = len(line)
                        return
                    entry = read(line, self._seal, after)
                    _require_place(entry, file, number)
                    if entry.kind == RETENTION:
                        self._removed.add(removed_by(entry))
                except ChainBroken as broken:
                    broken.file, broken.line = file.name, number
                    broken.position = broken.position or int(file.stem)
                    raise
                after = entry.head
                yield entry


def _require_place(entry: Entry, file: Path, number: int) -> None:
    if number == 1 and file.name != name_of(entry.head.position):
        what = f"the segment begins with record {entry.head.position}: it was renamed"
        raise ChainBroken(what, position=int(file.stem))


def removed_by(entry: Entry) -> Head:
    """The last record of the segment that a `RETENTION` record says was removed.

    Raises:
        ChainBroken: It does not say.
    """
    try:
        record = json.loads(entry.line)
        return Head(record["through"], record["through_hash"])
    except (ValueError, KeyError):
        raise ChainBroken("it does not say what was removed") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A chain without a fault."""

    record_count: int
    segment_count: int
    begin: Head
    """What its first record comes after; `START` if nothing was ever removed."""

    head: Head
    first_time: str
    last_time: str
    torn_bytes: int
    """Of a line at the end that was never finished: a crash, or a write that goes on."""

    kinds: Mapping[str, int]
    """How many records there are of each kind."""


def verify(folder: Path, seal: Seal, noted: Head | None = None) -> Verified:
    """Walk a chain and judge it.

    Args:
        folder: Where it is.
        seal: How its records must have been hashed.
        noted: Its head at some time in the past, kept where nobody could change it. Only
            this tells a chain from one that was cut off at its end, or made anew.

    Raises:
        ChainBroken: Something is wrong.
        HeadTooOld: What was noted cannot be compared any more.
    """
    chain, last_time, kinds = Chain(folder, seal), "", Counter[str]()
    for entry in chain:
        last_time = entry.time
        kinds[entry.kind] += 1
        if noted and noted.position == entry.head.position:
            _require_same(noted, entry.head)
    if noted:
        _require_reached(noted, chain)
    return Verified(
        record_count=kinds.total(),
        segment_count=chain.segment_count,
        begin=chain.begin,
        head=chain.head,
        first_time=chain.time,
        last_time=last_time,
        torn_bytes=chain.torn_bytes,
        kinds=kinds,
    )


def _require_same(noted: Head, found: Head) -> None:
    if noted != found:
        what = "it is not the record that was noted: the chain was made anew from here or before"
        raise ChainBroken(what, position=found.position)


def _require_reached(noted: Head, chain: Chain) -> None:
    if noted.position > chain.head.position:
        missing = noted.position - chain.head.position
        what = f"it was there when {noted.position} was noted: {missing} are cut off at the end"
        raise ChainBroken(what, position=chain.head.position + 1)
    if noted.position == chain.begin.position:
        _require_same(noted, chain.begin)
    elif noted.position < chain.begin.position:
        what = f"record {noted.position} was removed by retention; note a newer head"
        raise HeadTooOld(what)
