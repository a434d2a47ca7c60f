"""A part of the decision log in a file of its own."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from client.types.audit import LogPart
from meshkit.chain import (
    START,
    Chain,
    ChainBroken,
    Entry,
    Excerpt,
    Head,
    Period,
    Seal,
    excerpt_entries,
    read,
)
from meshkit.chain.excerpts import proof, proven


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


def collect(
    parts: Iterable[LogPart],
    seal: Seal,
    period: Period,
    out: BinaryIO,
    *,
    noted: Head | None = None,
    report: Callable[[int], None] = lambda _: None,
) -> Excerpt:
    """Write what a gateway hands out, each record checked when it comes, then the proof.

    Args:
        parts: As `export_records` of the SDK yields them; at least one.
        seal: How records must have been hashed.
        period: What was asked for.
        out: Where to.
        noted: The record behind which it must begin; None for any.
        report: Is told how many records were written so far.

    Raises:
        ChainBroken: At the first record that is wrong; what was written is without a proof.
    """
    before = reached = last = head = START
    for number, part in enumerate(parts):
        if not number:
            before = reached = noted or part.before
        if part.before != reached:
            what = f"the gateway goes on behind {part.before}, not behind {reached}"
            raise ChainBroken(what, position=part.before.position)
        for line in part.lines:
            reached = read(line, seal, reached).head
            out.write(line)
        last, head = part.last, part.head
        report(reached.position - before.position)
    if reached != last:
        raise ChainBroken(f"the gateway said that {last} would be here", position=reached.position)
    excerpt = Excerpt(before=before, last=last, head=head)
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
    excerpt = proven(file)
    found = noted in {None, excerpt.before}
    for entry in excerpt_entries(file, seal):
        found = found or entry.head == noted
    if noted and not found:
        what = "it is not in here, or not as it was noted"
        raise ChainBroken(what, position=noted.position, file=file.name)
    return excerpt


def _proof(excerpt: Excerpt, period: Period) -> bytes:
    times = {
        "since": period.since and period.since.isoformat(),
        "until": period.until and period.until.isoformat(),
    }
    return proof(excerpt, **times)
