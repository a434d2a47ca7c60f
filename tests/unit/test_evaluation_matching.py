"""Lines, and rates of matches at them."""

import numpy as np
import pytest

from bench.verification import match_rate
from evaluation.measures.matching import line, verify


@pytest.mark.parametrize(
    ("rate", "above"),
    [
        pytest.param(0.0, 0, id="none of them"),
        pytest.param(0.001, 1, id="one of a thousand"),
        pytest.param(0.01, 10, id="ten"),
        pytest.param(1.0, 1000, id="all"),
    ],
)
def test_a_line_is_reached_by_no_more_strangers_than_allowed(rate: float, above: int) -> None:
    """And by exactly so many, if no two score the same."""
    others = np.random.default_rng(1).normal(size=1000)

    assert above == int((others >= line(others, rate)).sum())


def test_strangers_of_one_score_pass_together_or_not_at_all() -> None:
    """Two of ten may pass, three have the highest score: none does."""
    others = np.array([0.5, 0.5, 0.5, *[0.0] * 7])

    assert 0 == int((others >= line(others, 0.2)).sum())


def test_pairs_are_judged_as_the_bench_judges_them() -> None:
    """The same lines, rates and accuracy as through the public API, if scores are the same."""
    generator = np.random.default_rng(3)
    same = np.repeat([True, False], 500)
    scores = np.where(same, 0.6, 0.1) + 0.15 * generator.normal(size=1000)
    folds = np.tile(np.repeat([1, 2, 3, 4, 5], 100), 2)

    found = verify(scores, same, folds, np.arange(1000), np.arange(1000) + 1000, draws=20)

    share, at = match_rate(scores, same, false_rate=1e-2)
    assert share == found.match_rates[1e-2].value
    assert at == found.lines[1e-2]
    assert 0.9 < found.accuracy < 1.0


def test_an_interval_of_matches_holds_the_truth() -> None:
    """Normal scores have a known rate: 95 intervals of 100 would hold it; here 18 of 20 must."""
    inside = 0
    for seed in range(20):
        generator = np.random.default_rng(seed)
        genuine, others = generator.normal(3.0, 1.0, 400), generator.normal(0.0, 1.0, 400)
        same = np.repeat([True, False], 400)
        found = verify(
            np.concatenate([genuine, others]),
            same,
            np.tile([1, 2], 400),
            np.arange(800),
            np.arange(800) + np.where(same, 0, 800),
            rates=(0.1,),
            draws=200,
        ).match_rates[0.1]
        truth = 0.9572  # 1 - Phi(Phi^-1(.9) - 3)
        inside += found.low <= truth <= found.high

    assert inside >= 18
