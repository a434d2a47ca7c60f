"""The benchmark of `target_fpir`, on people who are made up."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.goal import Mark, mark
from bench.scenes import splits
from bench.scenes.fpir import TARGETS, measure
from evaluation.parts.openset import Crowd, Faces
from faces.calibration import Calibration, Photos, Size, fit
from meshkit.calibration_file import parse
from tests.calibrations import CONTRACT, MADE, calibration, crowd

SHIPPED = Path("models/calibrations/sureface.toml")


def _crowd(photos: int = 2) -> Crowd:
    """600 people with two photos each; the last 300 are enrolled and search for nothing."""
    made = crowd(600, photos)
    first, last = made.people < 300, made.people >= 300
    every = np.arange(len(made.people))

    def faces(rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Faces:
        return Faces(made.vectors[rows], made.people[rows])

    return Crowd(
        references=faces(first & (every % photos == 0)),
        probes=faces(first & (every % photos == 1)),
        strangers=faces(np.zeros(len(every), dtype=bool)),
        filler=faces(last),
    )


def test_a_calibration_that_holds_meets_the_goal() -> None:
    """Of the same kind of people: within 1.5 times, and every search is counted."""
    rows = measure(_crowd(), calibration(200), sizes=(100,), galleries=10)

    judged = [row for row in rows if row.goal]
    assert len(TARGETS) == len(judged)
    assert [Mark.MET] * len(TARGETS) == [mark(row.goal, row.reached) for row in judged]
    assert {2000.0} == {row.reached for row in rows if "searches" in row.metric}


def test_a_calibration_of_others_misses_it() -> None:
    """Of people in fewer dimensions, who resemble each other more than these do."""
    made = _crowd()
    closer = Crowd(
        references=_flat(made.references),
        probes=_flat(made.probes),
        strangers=made.strangers,
        filler=_flat(made.filler),
    )

    rows = measure(closer, calibration(), sizes=(100,), galleries=2)

    assert Mark.MISSED in {mark(row.goal, row.reached) for row in rows}


def _flat(faces: Faces) -> Faces:
    vectors = faces.vectors.copy()
    vectors[:, 8:] = 0
    return Faces(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), faces.people)


@pytest.mark.parametrize("persons", [1, 100, 1000])
def test_the_shipped_calibration_has_lines(persons: int) -> None:
    """For the served embedder, and in a range where its policies draw theirs."""
    shipped = parse(SHIPPED.read_bytes())

    line = shipped.line(0.01, Size(persons=persons, templates=persons))

    assert 0.15 < line < 0.6
    assert shipped.seen(line) >= 1


def test_splits_of_people_of_one_kind_hold_targets() -> None:
    """Every size and target has both of its rows, and the mean is near the target."""
    rows = splits.measure(crowd(600, 3), splits=3)

    assert 2 * len(splits.SIZES) * len(splits.TARGETS) == len({row.metric for row in rows})
    means = [row.reached for row in rows if "mean of" in row.metric]
    assert all(0.6 < mean < 1.6 for mean in means)


def test_splits_show_a_method_that_is_broken() -> None:
    """Lines of a method that takes every gallery for ten times as large."""

    def larger(photos: Photos) -> Calibration:
        fitted = fit(photos, contract_id=CONTRACT, data="", made=MADE)
        tail = replace(fitted.tail, share=min(0.9, 10 * fitted.tail.share))
        return replace(fitted, tail=tail)

    rows = splits.measure(crowd(600, 3), method=larger, splits=2)

    assert all(row.reached < 0.3 for row in rows if "mean of" in row.metric)
