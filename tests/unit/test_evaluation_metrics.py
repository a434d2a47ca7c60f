"""Numbers of the evaluation, each against a closed form or a naive count."""

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluation import metrics
from evaluation.metrics import Bin

Numbers = NDArray[np.float64]


def _scored(seed: int, count: int = 60) -> tuple[Numbers, NDArray[np.bool_]]:
    """Scores with ties, and events that the scores foretell only in part."""
    generator = np.random.default_rng(seed)
    score = generator.integers(0, 12, count) / 12.0
    return score, generator.random(count) < score


@pytest.mark.parametrize("seed", range(3))
def test_auc_counts_pairs_and_half_of_the_ties(seed: int) -> None:
    """The rank formula gives what comparing every pair gives."""
    score, happened = _scored(seed)
    pairs = [(a > b) + (a == b) / 2 for a in score[happened] for b in score[~happened]]

    assert sum(pairs) / len(pairs) == pytest.approx(metrics.auc(score, happened))


@pytest.mark.parametrize(
    ("score", "area"),
    [
        pytest.param([1.0, 2.0, 3.0, 4.0], 1.0, id="perfect"),
        pytest.param([4.0, 3.0, 2.0, 1.0], 0.0, id="the wrong way round"),
        pytest.param([5.0, 5.0, 5.0, 5.0], 0.5, id="blind"),
    ],
)
def test_auc_at_its_ends(score: list[float], area: float) -> None:
    """Two events in the last two of four probes."""
    assert area == metrics.auc(np.array(score), np.array([False, False, True, True]))


def test_equal_values_share_their_mean_rank() -> None:
    """Ranks begin at 1 and keep their sum."""
    assert [3.5, 1.0, 3.5, 2.0, 5.0] == metrics.ranks(np.array([7.0, 1.0, 7.0, 3.0, 9.0])).tolist()


def test_spearman_sees_order_only() -> None:
    """Any growing function of a series correlates with it fully."""
    a = np.array([0.1, 3.0, 0.7, 2.0, 9.0])

    assert metrics.spearman(a, np.exp(a)) == pytest.approx(1.0)
    assert metrics.spearman(a, -(a**3)) == pytest.approx(-1.0)


def test_spearman_is_the_textbook_formula_without_ties() -> None:
    """1 - 6 Σd² / (n (n² - 1)), with d the differences of the ranks."""
    generator = np.random.default_rng(4)
    a, b = generator.permutation(20), generator.permutation(20)
    textbook = 1 - 6 * int(((a - b) ** 2).sum()) / (20 * (20**2 - 1))

    assert textbook == pytest.approx(metrics.spearman(a.astype(float), b.astype(float)))


def test_log_loss_is_the_mean_surprise() -> None:
    """Promises of 1/2, 1/4 and 3/4, of which the last one failed."""
    promised = np.array([0.5, 0.25, 0.75])
    happened = np.array([True, True, False])

    expected = (np.log(2) + np.log(4) + np.log(4)) / 3
    assert expected == pytest.approx(metrics.log_loss(promised, happened))


def test_a_certain_promise_that_fails_costs_much_but_not_everything() -> None:
    """One impossible event does not make the sum infinite."""
    loss = metrics.log_loss(np.array([0.0, 1.0]), np.array([True, True]))

    assert -np.log(1e-12) / 2 == pytest.approx(loss)


def test_reliability_groups_by_promise() -> None:
    """Edges belong to the range above them, 1 to the last; empty ranges are left out."""
    promised = np.array([0.0, 0.05, 0.5, 0.55, 1.0, 0.95])
    happened = np.array([False, True, True, True, True, False])

    table = metrics.reliability(promised, happened)

    assert [2, 2, 2] == [row.count for row in table]
    assert [0.025, 0.525, 0.975] == pytest.approx([row.predicted for row in table])
    assert [0.5, 1.0, 0.5] == [row.observed for row in table]


def test_calibration_error_weights_by_count() -> None:
    """Three probes that are .2 off and one that is .4 off are .25 off."""
    table = [
        Bin(count=3, predicted=0.4, observed=0.6),
        Bin(count=1, predicted=0.9, observed=0.5),
    ]

    assert metrics.calibration_error(table) == pytest.approx(0.25)


def test_calibration_error_is_the_naive_one() -> None:
    """Range by range, probe by probe."""
    promised, happened = _scored(9, count=300)
    naive = 0.0
    for low in np.arange(10) / 10:
        inside = (promised >= low) & ((promised < low + 0.1) | (low == 0.9))
        naive += abs(promised[inside].sum() - happened[inside].sum()) / len(promised)

    assert naive == pytest.approx(
        metrics.calibration_error(metrics.reliability(promised, happened))
    )
