"""A proof of `bench.kill` that fails is kept like one that does not."""

from pathlib import Path

import pytest

from bench.goal import Mark, mark
from bench.kill import __main__ as kill
from bench.kill import rounds
from bench.kill.tally import Tally
from bench.results import load


def test_a_failed_proof_is_recorded(tmp_path: Path) -> None:
    """Though its gallery was lost, and its rounds ended, long before the last."""
    tally = Tally(rounds=40, acknowledged=900, losses=["the gallery is not what it was"])

    kill.keep("sqlite", kill.PROOF, tally, tmp_path)

    marks = {row.metric: mark(row.goal, row.reached) for row in load("gallery", tmp_path)}
    assert Mark.MISSED is marks["kill -9 rounds, SQLite: acknowledged writes lost"]
    assert Mark.MISSED is marks["kill -9 rounds, SQLite: rounds"]


def test_a_few_rounds_are_no_proof(tmp_path: Path) -> None:
    """Whoever tries them out replaces no number."""
    kill.keep("sqlite", kill.PROOF - 1, Tally(rounds=kill.PROOF - 1), tmp_path)

    assert [] == load("gallery", tmp_path)


def test_rounds_that_break_off_are_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever raised: what was not looked at is not proven."""

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no gallery starts")

    monkeypatch.setattr(rounds, "run", broken)

    [loss] = kill.play("sqlite", 1, seed=20).losses
    assert "no gallery starts" in loss
