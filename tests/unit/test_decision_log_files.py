"""The files of the decision log: when one follows another, which are removed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.records.log import DecisionLog
from meshkit.chain import FOLDER, PLAIN, ChainBroken, records, verify
from meshkit.chain.segments import name_of, segments
from tests.chains import TIME
from tests.records import kept


class Clock:
    """Tells the time that a test wants."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def later(self, **amount: int) -> None:
        """Let time pass."""
        self.now += timedelta(**amount)


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="log")
def _log(tmp_path: Path, clock: Clock) -> Iterator[DecisionLog]:
    """Keeps records for ten days."""
    with DecisionLog(tmp_path, days=10, clock=clock) as log:
        yield log


async def decide(log: DecisionLog, clock: Clock, number: int = 0) -> None:
    await log.append({"kind": "decision", "time": clock().isoformat(), "n": number})


def names(data: Path) -> list[str]:
    return [file.name for file in segments(data / FOLDER)]


def of_kind(data: Path, kind: str) -> list[dict[str, object]]:
    return [each for each in records(data / FOLDER) if each["kind"] == kind]


async def test_a_full_segment_is_followed_by_another(tmp_path: Path) -> None:
    """One chain goes through all of them, restarts included."""
    for _ in range(2):
        with DecisionLog(tmp_path, segment_bytes=600) as log:
            for number in range(5):
                await log.append({"kind": "decision", "time": TIME, "n": number})

    found = verify(tmp_path / FOLDER, PLAIN)
    assert 14 == found.record_count
    assert 4 < found.segment_count < 10
    assert [*range(5)] * 2 == [each["n"] for each in kept(tmp_path)]


async def test_a_day_is_followed_by_another(tmp_path: Path, log: DecisionLog, clock: Clock) -> None:
    """A segment holds one day in UTC, so that days can be removed."""
    await decide(log, clock)
    clock.later(hours=11, minutes=59)
    await decide(log, clock)
    clock.later(minutes=1)
    await decide(log, clock)

    assert [name_of(1), name_of(4)] == names(tmp_path)


async def test_the_day_survives_a_restart(tmp_path: Path, clock: Clock) -> None:
    """A log that is opened again on the same day goes on in the same segment."""
    for _ in range(3):
        with DecisionLog(tmp_path, clock=clock) as log:
            await decide(log, clock)
        clock.later(hours=5)

    assert [name_of(1)] == names(tmp_path)


async def test_what_is_old_is_removed(tmp_path: Path, log: DecisionLog, clock: Clock) -> None:
    """Whole days go, and the chain says which; it verifies with a head from before."""
    for number in range(12):
        await decide(log, clock, number)
        clock.later(days=1)
    head = verify(tmp_path / FOLDER, PLAIN).head

    await log.sweep()

    found = verify(tmp_path / FOLDER, PLAIN, head)
    assert list(range(2, 12)) == [
        each["n"] for each in kept(tmp_path) if each["kind"] != "retention"
    ]
    assert [2, 3] == [each["through"] for each in of_kind(tmp_path, "retention")]
    assert (3, 10) == (found.begin.position, of_kind(tmp_path, "retention")[0]["days"])


async def test_an_idle_log_is_swept_too(tmp_path: Path, log: DecisionLog, clock: Clock) -> None:
    """Nobody has to be decided about for the past to be forgotten."""
    await decide(log, clock)
    clock.later(days=11)

    await log.sweep()
    await log.sweep()

    assert [name_of(3)] == names(tmp_path)
    assert ["retention"] == [each["kind"] for each in records(tmp_path / FOLDER)]
    verify(tmp_path / FOLDER, PLAIN)


async def test_the_file_that_grows_is_never_removed(tmp_path: Path, clock: Clock) -> None:
    """Not even if what was written today tells of times long ago."""
    with DecisionLog(tmp_path, days=10, clock=clock) as log:
        await log.append({"kind": "decision", "time": "2025-01-01T00:00:00+00:00"})
        await log.sweep()
        await decide(log, clock, 7)

    verify(tmp_path / FOLDER, PLAIN)
    assert [7] == [each["n"] for each in of_kind(tmp_path, "decision")]


async def test_nothing_young_is_removed(tmp_path: Path, log: DecisionLog, clock: Clock) -> None:
    """Not even with something old in the same segment."""
    await decide(log, clock)
    clock.later(hours=8)
    await decide(log, clock)
    clock.later(days=9, hours=20)

    await log.sweep()

    assert [] == of_kind(tmp_path, "retention")


async def test_records_are_kept_for_ever_unless_told(tmp_path: Path, clock: Clock) -> None:
    """Nothing is removed that nobody decided to remove."""
    with DecisionLog(tmp_path, clock=clock) as log:
        await decide(log, clock)
        clock.later(days=10_000)
        await log.sweep()

    assert [0] == [each["n"] for each in kept(tmp_path)]


async def test_what_was_tampered_with_is_not_removed(
    tmp_path: Path, log: DecisionLog, clock: Clock
) -> None:
    """A segment that was cut off at its end is evidence."""
    await decide(log, clock)
    clock.later(days=1)
    await decide(log, clock)
    clock.later(days=20)
    first = tmp_path / FOLDER / name_of(1)
    first.write_bytes(first.read_bytes().splitlines(keepends=True)[0])

    await log.sweep()

    assert first.exists()
    with pytest.raises(ChainBroken):
        verify(tmp_path / FOLDER, PLAIN)
