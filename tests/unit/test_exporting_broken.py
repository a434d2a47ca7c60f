"""A log that was tampered with while its gateway runs: nothing wrong of it is handed out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faces.errors import FieldInvalid, LogBroken, StoreUnavailable
from gateway.records.exporting import Exporting, Wanted
from gateway.records.log import DecisionLog
from meshkit.chain import FOLDER, Period
from meshkit.chain.segments import segments
from tests.chains import lines_of, put

NOW = datetime(2026, 1, 2, tzinfo=UTC)
COUNT = 9
"""Of records, three in each segment."""

EVER = Period(since=NOW - timedelta(days=9), until=None)


async def collected(log: DecisionLog, wanted: Wanted) -> list[bytes]:
    return [e.line async for part in Exporting(log).parts(wanted) for e in part.entries]


async def fill(log: DecisionLog) -> None:
    for number in range(1, COUNT):
        await log.append({"kind": "decision", "time": NOW.isoformat(), "number": number})


def change(folder: Path) -> None:
    lines = lines_of(folder)
    file, line = lines[5]
    lines[5] = file, line.replace(b'"number":5', b'"number":7')
    put(lines)


def remove(folder: Path) -> None:
    lines = lines_of(folder)
    del lines[4]
    put(lines)


def cut(folder: Path) -> None:
    file = segments(folder)[-1]
    file.write_bytes(b"")


def cut_in_a_line(folder: Path) -> None:
    file = segments(folder)[-1]
    file.write_bytes(file.read_bytes()[:-40])


def lose_a_segment(folder: Path) -> None:
    segments(folder)[1].unlink()


def lose_the_first(folder: Path) -> None:
    segments(folder)[0].unlink()


def lose_all(folder: Path) -> None:
    for file in segments(folder):
        file.unlink()


@pytest.mark.parametrize("period", [Period(since=None, until=None), EVER], ids=["all", "period"])
@pytest.mark.parametrize(
    ("tamper", "position", "problem"),
    [
        (change, 6, "its content does not fit its hash: changed"),
        (remove, 5, "record 6 is in its place: records are missing, added or moved"),
        (cut, 7, "records are missing from here on"),
        (cut_in_a_line, COUNT, "records are missing from here on"),
        (lose_a_segment, 4, "record 7 is in its place: records are missing, added or moved"),
        (lose_the_first, 4, "the chain begins here, and no record says that the ones before"),
        (lose_all, 1, "records are missing from here on"),
    ],
    ids=lambda each: each.__name__ if callable(each) else "",
)
async def test_the_first_wrong_record_is_named(
    tmp_path: Path, tamper: Callable[[Path], None], position: int, problem: str, period: Period
) -> None:
    """By its place, and by what is wrong with it; never by the name of a file."""
    with DecisionLog(tmp_path, segment_bytes=500, clock=lambda: NOW) as log:
        await fill(log)
        tamper(tmp_path / FOLDER)
        with pytest.raises(LogBroken) as failure:
            await collected(log, Wanted(period=period))

    assert f"{position}" == failure.value.metadata["position"]
    assert failure.value.metadata["problem"].startswith(problem)
    assert ".jsonl" not in str(failure.value)


async def test_a_log_that_was_made_anew(tmp_path: Path) -> None:
    """A chain that verifies, and is not what this gateway wrote."""
    now = NOW
    with DecisionLog(tmp_path / "a", clock=lambda: now) as log:
        await fill(log)
        with DecisionLog(tmp_path / "b", clock=lambda: now) as other:
            await other.append({"kind": "decision", "time": NOW.isoformat(), "number": 99})
            await fill(other)
            made = b"".join(line for _, line in lines_of(tmp_path / "b" / FOLDER)[:COUNT])
        segments(tmp_path / "a" / FOLDER)[0].write_bytes(made)
        with pytest.raises(LogBroken, match=f"record {COUNT}: it is not the record"):
            await collected(log, Wanted())


async def test_nothing_is_read_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes slowly is not waited for with the log in memory: what comes later is read later."""
    monkeypatch.setattr("gateway.records.exporting._PART_BYTES", 1)
    with DecisionLog(tmp_path, segment_bytes=500, clock=lambda: NOW) as log:
        await fill(log)
        parts = Exporting(log).parts(Wanted())
        first = await anext(parts)
        change(tmp_path / FOLDER)
        with pytest.raises(LogBroken, match="record 6"):
            [part async for part in parts]

    assert 1 == len(first.entries)


async def test_what_retention_removed_is_not_missed(tmp_path: Path) -> None:
    """The log then begins later, and says so; a record from before is nothing to begin behind."""
    now = NOW
    with DecisionLog(tmp_path, days=2, segment_bytes=500, clock=lambda: now) as log:
        await fill(log)
        now = NOW + timedelta(days=5)
        await log.append({"kind": "decision", "time": now.isoformat()})
        await log.sweep()
        begin = int(segments(tmp_path / FOLDER)[0].stem) - 1
        written = [line for _, line in lines_of(tmp_path / FOLDER)]
        assert written == await collected(log, Wanted())
        assert written == await collected(log, Wanted(after_position=begin))
        assert written == await collected(log, Wanted(period=EVER))
        with pytest.raises(FieldInvalid, match=f"must be 0, or at least {begin}"):
            await collected(log, Wanted(after_position=begin - 1))

    assert begin > 1


async def test_a_log_that_cannot_be_read_may_be_later(tmp_path: Path) -> None:
    """As a segment that retention removes while it is waited for."""
    with DecisionLog(tmp_path, segment_bytes=500, clock=lambda: NOW) as log:
        await fill(log)
        file = segments(tmp_path / FOLDER)[1]
        lines = file.read_bytes()
        file.unlink()
        file.mkdir()
        with pytest.raises(StoreUnavailable):
            await collected(log, Wanted())
        file.rmdir()
        file.write_bytes(lines)
        assert COUNT == len(await collected(log, Wanted()))
