"""Likelihood ratios of scores whose distribution is known."""

import numpy as np
import pytest

from faces.calibration import likelihood
from faces.calibration.likelihood import Events
from faces.calibration.tail import Numbers


def _normal(count: int, *, seed: int = 1) -> tuple[Numbers, Events]:
    """Mated N(2, 1), others N(0, 1): the true LLR of s is 2 s - 2. One in five is mated."""
    generator = np.random.default_rng(seed)
    same = np.arange(count) % 5 == 0
    return generator.normal(np.where(same, 2.0, 0.0), 1.0), same


def test_a_cost_by_hand() -> None:
    """One mated with odds 3, one other with odds 1/3: both cost log2(1 + 1/3)."""
    cost = likelihood.cost(np.log([3.0, 1 / 3]), np.array([True, False]))

    assert np.log2(4 / 3) == pytest.approx(cost)


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        pytest.param([0.0, 0.0], 1.0, id="says nothing"),
        pytest.param([np.inf, -np.inf], 0.0, id="knows"),
        pytest.param([-np.log(3), np.log(3)], 2.0, id="lies"),
    ],
)
def test_costs_at_their_ends(ratio: list[float], expected: float) -> None:
    """In bits."""
    cost = likelihood.cost(np.array(ratio), np.array([True, False]))

    assert expected == pytest.approx(cost)


def test_a_fit_finds_the_true_ratio() -> None:
    """Whatever the share of mated pairs: both kinds weigh the same."""
    scores, same = _normal(200_000)

    factors = likelihood.fit(likelihood.columns(scores), same)

    assert [2.0, -2.0] == pytest.approx(factors.tolist(), rel=0.03)


def test_a_quality_takes_part_where_it_says_something() -> None:
    """With quality q the mated mean is 4 q: the true LLR is 4 q s - 8 q^2, and beats s alone."""
    generator = np.random.default_rng(2)
    same, quality = generator.random(60_000) < 0.5, generator.choice([0.25, 1.0], 60_000)
    scores = generator.normal(np.where(same, 4 * quality, 0.0), 1.0)

    costs = [
        likelihood.cost(given @ likelihood.fit(given, same), same)
        for given in (
            likelihood.columns(scores),
            likelihood.columns(scores, quality),
        )
    ]

    truth = likelihood.cost(4 * quality * scores - 8 * quality**2, same)
    assert costs[1] == pytest.approx(truth, abs=0.005)
    assert costs[0] > truth + 0.02


def test_neighbours_that_fall_are_pooled() -> None:
    """By weight: the second and third of four."""
    pooled = likelihood.rising(np.array([0.1, 0.6, 0.3, 0.9]), np.array([1, 1, 2, 1]))

    assert [0.1, 0.4, 0.4, 0.9] == pytest.approx(pooled.tolist())


def test_a_chain_is_pooled_backwards() -> None:
    """A low end drags everything before it down."""
    pooled = likelihood.rising(np.array([0.2, 0.4, 0.6, 0.0]), np.array([1, 1, 1, 1]))

    assert [0.2, 1 / 3, 1 / 3, 1 / 3] == pytest.approx(pooled.tolist())


def test_least_cost_is_that_of_the_best_order_keeping_ratio() -> None:
    """Any stretching of the scores has the same least cost, and the true ratio is close to it."""
    scores, same = _normal(50_000)
    true = 2 * scores - 2

    least = likelihood.least_cost(scores, same)

    assert least == pytest.approx(likelihood.least_cost(np.exp(scores / 3), same))
    assert least <= likelihood.cost(true, same)
    assert least == pytest.approx(likelihood.cost(true, same), abs=0.006)
    assert likelihood.cost(3 * true, same) > least + 0.05


def test_equal_scores_get_one_ratio() -> None:
    """A witness cannot tell them apart."""
    ratio = likelihood.best_ratios(np.array([1.0, 1.0, 2.0]), np.array([True, False, True]))

    assert ratio[0] == ratio[1]
    assert np.isposinf(ratio[2])
