"""A stretch of a chain in a file of its own, with a last line that proves that it is one."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from meshkit.chain.heads import Head
from meshkit.chain.links import ChainBroken, Entry, read
from meshkit.chain.seals import Seal
from meshkit.chain.segments import last_line, segments_behind

_PROOF = b'{"kind":"proof",'
"""How the last line begins, which is no record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From one moment on, up to another."""

    since: datetime | None
    until: datetime | None

    @property
    def is_bounded(self) -> bool:
        """Whether it is not all of time."""
        return bool(self.since or self.until)

    def holds(self, entry: Entry) -> bool:
        """Whether a record was made in it.

        Raises:
            ChainBroken: Nobody knows when it was made.
        """
        try:
            time = datetime.fromisoformat(entry.time)
            inside = (not self.since or time >= self.since) and (
                not self.until or time < self.until
            )
        except (ValueError, TypeError):  # TypeError: it does not know its zone
            raise ChainBroken("it has no time", position=entry.head.position) from None
        return inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Records without a gap between them."""

    before: Head
    """What the first one comes after."""

    last: Head
    """The same as `before` if there are no records."""

    head: Head
    """Of the whole log when the excerpt was made."""

    @property
    def record_count(self) -> int:
        """How many records there are."""
        return self.last.position - self.before.position


class Bounds:
    """Finds where a period begins and ends, while a chain goes by.

    Records stand nearly in the order of their times: all between the first and the last of
    the period are in. Without `since`, it begins with the first that goes by; without
    `until`, it ends with the last one.
    """

    def __init__(self, period: Period) -> None:
        """Begin to look for a period."""
        self._period = period
        self._before: Head | None = None
        self._last: Head | None = None

    def see(self, entry: Entry) -> None:
        """The next record."""
        inside = self._period.holds(entry)
        if self._before is None and (inside or not self._period.since):
            self._before = self._last = entry.before
        if self._before and (inside or not self._period.until):
            self._last = entry.head

    def excerpt(self, head: Head) -> Excerpt:
        """What was found. If nothing was, it is behind the chain's head."""
        return Excerpt(before=self._before or head, last=self._last or head, head=head)


def proof(excerpt: Excerpt, **facts: object) -> bytes:
    """The last line of an excerpt.

    Args:
        excerpt: What it proves.
        facts: What else is said of it.
    """
    said = {
        "kind": "proof",
        "time": datetime.now(UTC).isoformat(),
        **facts,
        "before": str(excerpt.before),
        "last": str(excerpt.last),
        "head": str(excerpt.head),
    }
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def proven(file: Path) -> Excerpt:
    """What an excerpt says of itself; nothing is checked.

    Raises:
        ChainBroken: It does not end in a proof.
    """
    return _proven(file)[0]


def excerpt_entries(file: Path, seal: Seal) -> Iterator[Entry]:
    """The records of an excerpt, each checked.

    Raises:
        ChainBroken: At the first one that is wrong, or at the end, if some are missing there.
    """
    excerpt, end = _proven(file)
    after, number = excerpt.before, 0
    with file.open("rb") as lines:
        while lines.tell() != end:
            number += 1
            try:
                entry = read(lines.readline(), seal, after)
            except ChainBroken as broken:
                broken.file, broken.line = file.name, number
                raise
            after = entry.head
            yield entry
    if after != excerpt.last:
        what = "records are missing behind it"
        raise ChainBroken(what, position=after.position, file=file.name)


def stretch(folder: Path, seal: Seal, after: Head) -> Iterator[Entry]:
    """The records of a chain behind one of them, each checked; what is before is not read.

    Raises:
        ChainBroken: At the first one that is wrong, or does not follow.
    """
    for file in segments_behind(folder, after.position):
        with file.open("rb") as lines:
            for line in lines:
                if read(line, seal, None).head.position > after.position:
                    entry = read(line, seal, after)
                    after = entry.head
                    yield entry


def _proven(file: Path) -> tuple[Excerpt, int]:
    """What an excerpt says of itself, and where its records end."""
    line, end = last_line(file)
    if line.startswith(_PROOF) and end == file.stat().st_size:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            facts = json.loads(line)
            heads = {name: Head.parse(facts[name]) for name in ("before", "last", "head")}
            return Excerpt(**heads), end - len(line)
    raise ChainBroken("the file does not end in a proof", file=file.name)
