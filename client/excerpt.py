"""A period of the decision log in a file of its own."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from meshkit.chain import Chain, ChainBroken, Entry, Excerpt, Head, Seal, excerpt_entries
from meshkit.chain.excerpts import proof, proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From one moment on, up to another."""

    since: datetime | None
    until: datetime | None

    def holds(self, entry: Entry) -> bool:
        """Whether a record was made in it."""
        time = datetime.fromisoformat(entry.time)
        return (not self.since or time >= self.since) and (not self.until or time < self.until)


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
    times = {
        "since": period.since and period.since.isoformat(),
        "until": period.until and period.until.isoformat(),
    }
    out.write(proof(excerpt, **times))
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
    excerpt = proven(file)
    found = noted in {None, excerpt.before}
    for entry in excerpt_entries(file, seal):
        found = found or entry.head == noted
    if noted and not found:
        what = "it is not in here, or not as it was noted"
        raise ChainBroken(what, position=noted.position, file=file.name)
    return excerpt
