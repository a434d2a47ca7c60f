"""What is old enough goes: whole segments, each of which leaves a record that says so."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from gateway.records.journal import Journal
from meshkit.chain import ChainBroken, Entry, encode, read
from meshkit.chain.segments import last_line, segments
from meshkit.chain.walking import RETENTION

log = logging.getLogger(__name__)


def remove_old(journal: Journal, now: datetime, days: int) -> None:
    """Remove every segment whose records are all older, the oldest first.

    The record comes first, so that at no instant something is missing that the chain does
    not explain; what a crash leaves behind it is removed, and recorded, once more.

    Args:
        journal: The log.
        now: The time, in UTC.
        days: For how long records are kept; 0 for ever.

    Raises:
        OSError: The disk does not take the record, or keeps the file.
    """
    limit = now - timedelta(days=days)
    for file, last in _closed(journal, limit) if days else ():
        record = {
            "kind": RETENTION,
            "time": now.isoformat(),
            "days": days,
            "through": last.head.position,
            "through_hash": last.head.hash,
            "through_time": last.time,
        }
        journal.append([encode(record)], now.date())
        file.unlink()
        journal.settle()


def _closed(journal: Journal, limit: datetime) -> Iterator[tuple[Path, Entry]]:
    """Segments that end before a time, and their last records."""
    # A segment that is new holds nothing yet.
    files = [file for file in segments(journal.folder) if file.stat().st_size]
    for file, following in zip(files, [*files[1:], None], strict=True):
        try:
            last = read(last_line(file)[0], journal.seal, None)
            if following:
                _require_link(following, journal, last)
        except ChainBroken as broken:
            log.error("segment is kept", extra={"segment": file.name, "why": str(broken)})  # noqa: TRY400  # names no bug of ours
            return
        if datetime.fromisoformat(last.time) >= limit:
            return
        if file == journal.file:
            journal.rotate()
        yield file, last


def _require_link(following: Path, journal: Journal, last: Entry) -> None:
    with following.open("rb") as lines:
        read(lines.readline(), journal.seal, last.head)
