"""Similarities as evidence: fitted on some people, judged on others."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.parts import calibration, mixed
from evaluation.parts.calibration import Comparisons
from tests import subjects


def _comparisons(count: int, *, seed: int, turned: bool = False) -> Comparisons:
    """Similarities that tell people apart the better, the higher quality is."""
    generator = np.random.default_rng(seed)
    same = generator.random(count) < 0.5
    quality = generator.random(count)
    similarity = generator.normal(np.where(same, 3 * quality, 0.0), 1.0)
    return Comparisons(similarity=similarity, quality=quality, same=same ^ turned)


def test_ratios_are_fitted_on_other_people() -> None:
    """Who was taught by labels turned round is wrong: labels of the test have no say."""
    given = _comparisons(4000, seed=1)

    honest, _, _ = calibration.evidence(given, _comparisons(4000, seed=2))
    misled, _, _ = calibration.evidence(given, _comparisons(4000, seed=2, turned=True))

    assert honest.calibration < 0.03
    assert misled.cost > 1
    assert honest.least < 0.8


def test_quality_is_evidence() -> None:
    """Ratios that know it cost less; their bins hold all comparisons."""
    given = _comparisons(6000, seed=3)

    alone, aware, bins = calibration.evidence(given, _comparisons(6000, seed=4))

    assert aware.cost < alone.cost
    assert len(given.same) == sum(each.mated + each.others for each in bins)
    costs = [each.cost for each in bins]
    assert costs == sorted(costs, reverse=True)


def test_all_comparisons_of_a_set_are_judged(tmp_path: Path) -> None:
    """Mated ones first, then strangers: quality is the lower one of both photos."""
    trial = subjects.trial(subjects.made(tmp_path, learned=True), subjects.people())
    found = mixed.measure("harsh", trial)

    given = calibration.compared(trial, found)

    probe, reference = found.stranger
    clean = trial.clean.quality[trial.mated.references]
    assert 24 == int(given.same.sum())
    assert given.same[:24].all()
    assert np.array_equal(given.similarity, np.concatenate([found.genuine, found.others]))
    expected = np.minimum(found.probes.quality[probe], clean[reference])
    assert np.array_equal(expected, given.quality[24:])


def test_costs_say_how_many_and_what_calibration_costs() -> None:
    """Ratios that are three times too sure cost more than they must."""
    generator = np.random.default_rng(2)
    same = generator.random(20_000) < 0.5
    true = 2 * generator.normal(np.where(same, 2.0, 0.0), 1.0) - 2

    honest, bold = (
        calibration.costs("honest", true, same),
        calibration.costs("bold", 3 * true, same),
    )

    assert int(same.sum()) == honest.mated
    assert honest.calibration < 0.01
    assert bold.calibration > 0.1
    assert honest.least == pytest.approx(bold.least)
