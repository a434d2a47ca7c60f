"""A stretch of the decision log in a file of its own, with what proves that it is one."""

import contextlib
import itertools
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from meshkit.chain import Chain, ChainBroken, Entry, Head, Seal, read
from meshkit.chain.segments import last_line

_PROOF = b'{"kind":"proof",'
"""How the last line begins, which is no record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From one moment on, up to another."""

    since: datetime | None
    until: datetime | None

    def holds(self, entry: Entry) -> bool:
        """Whether a record was made in it."""
        time = datetime.fromisoformat(entry.time)
        return (not self.since or time >= self.since) and (not self.until or time < self.until)


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


def export(folder: Path, seal: Seal, period: Period, out: BinaryIO) -> Excerpt:
    """Write the records of a period as they are, then the proof.

    The whole log is verified first. Records stand in nearly the order of their times; all
    between the first and the last of the period are part of the excerpt.

    Raises:
        ChainBroken: The log is; nothing was written.
    """
    chain, inside = Chain(folder, seal), list[Entry]()
    for entry in chain:
        if period.holds(entry):
            inside[1:] = [entry]
    excerpt = Excerpt(
        before=inside[0].before if inside else chain.head,
        last=inside[-1].head if inside else chain.head,
        head=chain.head,
    )
    for entry in Chain(folder, seal):
        if entry.head.position > excerpt.last.position:
            break
        if entry.head.position > excerpt.before.position:
            out.write(entry.line)
    out.write(_proof(excerpt, period))
    return excerpt


def verify_excerpt(file: Path, seal: Seal, noted: Head | None = None) -> Excerpt:
    """Check that nothing in an excerpt was changed, added or removed.

    Args:
        file: As `export` wrote it.
        seal: How its records must have been hashed.
        noted: A record of the log that somebody noted elsewhere. Only this tells that the
            excerpt is of that log.

    Raises:
        ChainBroken: Something is wrong, or `noted` is not in it.
    """
    excerpt, end = _proven(file)
    after, found = excerpt.before, noted in {None, excerpt.before}
    with file.open("rb") as lines:
        for number in itertools.count(1):
            if lines.tell() == end:
                break
            try:
                after = read(lines.readline(), seal, after).head
            except ChainBroken as broken:
                broken.file, broken.line = file.name, number
                raise
            found = found or after == noted
    if after != excerpt.last:
        what = "records are missing behind it"
        raise ChainBroken(what, position=after.position, file=file.name)
    if noted and not found:
        what = "it is not in here, or not as it was noted"
        raise ChainBroken(what, position=noted.position, file=file.name)
    return excerpt


def _proof(excerpt: Excerpt, period: Period) -> bytes:
    facts = {
        "kind": "proof",
        "time": datetime.now(UTC).isoformat(),
        "since": period.since and period.since.isoformat(),
        "until": period.until and period.until.isoformat(),
        "before": str(excerpt.before),
        "last": str(excerpt.last),
        "head": str(excerpt.head),
    }
    return json.dumps(facts, separators=(",", ":")).encode() + b"\n"


def _proven(file: Path) -> tuple[Excerpt, int]:
    """What an excerpt says of itself, and where its records end."""
    line, end = last_line(file)
    if line.startswith(_PROOF) and end == file.stat().st_size:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            facts = json.loads(line)
            heads = {name: Head.parse(facts[name]) for name in ("before", "last", "head")}
            return Excerpt(**heads), end - len(line)
    raise ChainBroken("the file does not end in a proof", file=file.name)
