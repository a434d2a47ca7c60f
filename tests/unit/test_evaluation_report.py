"""What is measured of two made models, on made people."""

from dataclasses import replace

import numpy as np
import pytest

from evaluation.conditions import OCCLUDED, SPOILED, coverings, rungs
from evaluation.cuts import cut, mean_failures, most_false_matches
from evaluation.examination import Examined
from tests.examinations import PROBES


def test_every_condition_was_met_by_every_probe(models: list[Examined]) -> None:
    """In the order of the ladders."""
    for each in models:
        assert [it.name for it in rungs()] == [rung.name for rung in each.causes.rungs]
        assert [it.name for it in coverings()] == [rung.name for rung in each.covered.rungs]
        assert {PROBES} == {len(failed) for failed in each.causes.failed.values()}


def test_models_of_the_same_vectors_recognise_alike(models: list[Examined]) -> None:
    """They differ in what they say of quality, not in whom they know."""
    base, own = models

    assert base.verification.verified.accuracy == own.verification.verified.accuracy
    for ours, theirs in zip(base.causes.rungs, own.causes.rungs, strict=True):
        assert ours.fnmr.value == theirs.fnmr.value
        assert ours.similarity == pytest.approx(theirs.similarity, abs=1e-6)
    assert mean_failures(base, OCCLUDED) > 0
    assert cut(own, base, OCCLUDED).value == pytest.approx(0.0)


def test_a_cut_is_the_share_of_failures_that_is_gone(models: list[Examined]) -> None:
    """Groups weigh the same, however many conditions they have; the same people in both."""
    base = models[0]
    count = len(base.people)
    half = np.arange(count) % 2 == 0
    failed = {name: np.ones(count) for name in base.covered.failed}
    fewer = failed | {"block 0.1": half.astype(np.float64)}
    ones = replace(base, covered=replace(base.covered, failed=failed))
    less = replace(base, covered=replace(base.covered, failed=fewer))

    found = cut(less, ones, OCCLUDED)

    assert 1.0 == mean_failures(ones, OCCLUDED)
    assert 1 - 0.5 / 6 == pytest.approx(mean_failures(less, OCCLUDED))
    assert 0.5 / 6 == pytest.approx(found.value)
    assert found.low <= found.value <= found.high


def test_without_failures_nothing_can_be_cut(models: list[Examined]) -> None:
    """No number, rather than a hundred per cent."""
    never = {name: np.zeros(PROBES) for name in models[0].covered.failed}
    base = replace(models[0], covered=replace(models[0].covered, failed=never))

    assert np.isnan(cut(models[1], base, OCCLUDED).value)


def test_the_worst_condition_counts_for_false_matches(models: list[Examined]) -> None:
    """Of those of the goals, on either list; the others do not."""
    base = models[0]
    spoiled = [
        replace(rung, fmr={"iso 6400": 0.4, "jpeg 5": 0.9}.get(rung.name, 0.0))
        for rung in base.causes.rungs
    ]

    other = replace(base, causes=replace(base.causes, rungs=spoiled))

    assert 0.4 == most_false_matches(other, SPOILED)
