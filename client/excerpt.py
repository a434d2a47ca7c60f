"""A part of the decision log in a file of its own."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from client.told import Told
from client.types.audit import LogPart
from meshkit.chain import (
    START,
    Bounds,
    Chain,
    ChainBroken,
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
    chain, bounds = Chain(folder, seal), Bounds(period)
    for entry in chain:
        bounds.see(entry)
    excerpt = bounds.excerpt(chain.head)
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
        ChainBroken: At the first record that is wrong, or at the end, if some are missing in
            front or behind; what was written is without a proof.
    """
    told, before, reached = Told(), START, START
    for number, part in enumerate(parts):
        if not number:
            before = reached = noted or part.before
        if part.before != reached:
            what = f"the gateway goes on behind {part.before}, not behind {reached}"
            raise ChainBroken(what, position=part.before.position)
        told.hear(part)
        for line in part.lines:
            entry = read(line, seal, reached)
            told.see(entry)
            reached = entry.head
            out.write(line)
        report(reached.position - before.position)
    told.require_last(reached)
    if not period.until:
        told.require_head(reached)
    if not (noted or period.is_bounded):
        told.require_begin(before)
    excerpt = Excerpt(before=before, last=reached, head=told.head)
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
