"""A proof of `bench.jobs` that fails is kept like one that does not."""

from collections import Counter
from pathlib import Path

from bench.goal import Mark, mark
from bench.jobs import __main__ as jobs
from bench.jobs.rounds import Tally
from bench.results import load


def test_a_failed_proof_is_recorded(tmp_path: Path) -> None:
    """Though it broke off early."""
    tally = Tally(kills=Counter(worker=3), jobs=1, faults=["the run broke off"])

    jobs.keep("redis", jobs.PROOF, tally, tmp_path)

    marks = {row.metric: mark(row.goal, row.reached) for row in load("scenes", tmp_path)}
    assert Mark.MISSED is marks["jobs, kill -9, Redis: differences to the undisturbed job"]
    assert Mark.MISSED is marks["jobs, kill -9, Redis: kills"]


def test_a_few_kills_are_no_proof(tmp_path: Path) -> None:
    """Whoever tries them out replaces no number."""
    jobs.keep("sqlite", jobs.PROOF - 1, Tally(), tmp_path)

    assert [] == load("scenes", tmp_path)
