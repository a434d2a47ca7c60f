"""What was appended to a chain behind one of its records."""

from pathlib import Path

import pytest

from gateway.records.log import DecisionLog
from meshkit.chain import FOLDER, PLAIN, START, ChainBroken, excerpt_entries, stretch
from tests.records import kept


async def written(folder: Path, count: int) -> bytes:
    """Fill a log whose segments are short; an excerpt of all but the first records."""
    with DecisionLog(folder, segment_bytes=500) as log:
        await log.append({"kind": "note", "time": "2026-01-02T12:00:00+00:00", "number": 0})
        after = log.head
        for number in range(1, count):
            await log.append(
                {"kind": "note", "time": "2026-01-02T12:00:00+00:00", "number": number}
            )
        return await log.excerpt(after, job_id="j-1")


async def test_it_reaches_over_files(tmp_path: Path) -> None:
    """Nothing is missing, and nothing of before is in it; it proves itself."""
    excerpt = tmp_path / "excerpt.jsonl"
    excerpt.write_bytes(await written(tmp_path, 9))

    assert 1 < len(list((tmp_path / FOLDER).iterdir()))
    assert [f"{number}" for number in range(1, 9)] == [
        entry.line.split(b'"number":')[1].split(b",")[0].decode()
        for entry in excerpt_entries(excerpt, PLAIN)
    ]
    assert 1 + len(kept(tmp_path)) + 1 == len(list(stretch(tmp_path / FOLDER, PLAIN, START)))


async def test_what_was_changed_is_found(tmp_path: Path) -> None:
    """In the log itself, before an excerpt is made of it."""
    await written(tmp_path, 5)
    first = min((tmp_path / FOLDER).iterdir())
    first.write_bytes(first.read_bytes().replace(b'"number":1', b'"number":7'))

    with pytest.raises(ChainBroken, match="does not fit its hash"):
        list(stretch(tmp_path / FOLDER, PLAIN, START))
