"""A thousand people pass a camera: each is told once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from faces.tracking import Track
from gateway.records.log import DecisionLog
from tests.crowd import visits, watched

VISITS = 1000


@pytest.fixture(name="log")
def _log(tmp_path: Path) -> Iterator[DecisionLog]:
    with DecisionLog(tmp_path, sync=lambda _: None) as log:
        yield log


async def test_nobody_is_told_twice(log: DecisionLog) -> None:
    """Of 1,000 people, none has two verdicts, nor has any track, and no match is of another."""
    outcome = await watched(visits(VISITS, seed=9), log)

    assert (0, 1) == (outcome.doubles, max(outcome.by_track.values()))
    assert 0 == outcome.wrong
    assert outcome.matches > 0.4 * VISITS


async def test_everybody_who_was_seen_is_told(log: DecisionLog) -> None:
    """Whoever shows one good face has a verdict; but for one of some hundreds, who takes the
    place of somebody whom they resemble by chance."""
    crowd = visits(300, seed=7)
    outcome = await watched(crowd, log)

    seen = {visit.person for visit in crowd if visit.is_seen}
    assert len(seen - outcome.verdicts.keys()) <= 1
    assert len(seen) > 290


async def test_place_alone_would_not_do(log: DecisionLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The crowd is a hard one: without likeness, people are confused or told twice."""
    monkeypatch.setattr(Track, "likeness", lambda *_: None)
    crowd = visits(300, seed=7)
    outcome = await watched(crowd, log)

    seen = {visit.person for visit in crowd if visit.is_seen}
    assert outcome.doubles + len(seen - outcome.verdicts.keys()) > 10
