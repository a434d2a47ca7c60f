"""Intervals come from people, not from photos."""

import numpy as np
import pytest

from evaluation.measures.bootstrap import Interval, around, mean, weights


def test_all_photos_of_a_person_are_drawn_together() -> None:
    """As many people as there are, each with all of his rows."""
    people = np.array([7, 7, 3, 9, 9, 9])

    drawn = weights(people, draws=200)

    assert (200, 6) == drawn.shape
    assert np.array_equal(drawn[:, 0], drawn[:, 1])
    assert np.array_equal(drawn[:, 3], drawn[:, 5])
    assert (drawn[:, [0, 2, 3]].sum(axis=1) == 3).all()
    assert len(np.unique(drawn, axis=0)) > 5


def test_a_mean_has_the_error_of_the_textbook() -> None:
    """One photo a person: 1.96 standard errors to both sides."""
    happened = np.random.default_rng(0).random(2000) < 0.3

    found = mean(happened, np.arange(2000))

    expected = 1.96 * (happened.mean() * (1 - happened.mean()) / 2000) ** 0.5
    assert happened.mean() == found.value
    assert found.high - found.value == pytest.approx(expected, rel=0.12)
    assert found.value - found.low == pytest.approx(expected, rel=0.12)


def test_photos_of_one_person_are_one_witness() -> None:
    """The same rows, ten a person, and all ten agree: the interval is about three times as wide."""
    happened = np.repeat(np.random.default_rng(0).random(200) < 0.3, 10)

    alone = mean(happened, np.arange(2000))
    together = mean(happened, np.repeat(np.arange(200), 10))

    ratio = (together.high - together.low) / (alone.high - alone.low)
    assert ratio == pytest.approx(10**0.5, rel=0.15)


def test_draws_without_a_value_are_left_out() -> None:
    """A replicate in which nobody failed has no area; it must not become one."""
    found = around(0.5, np.array([0.4, np.nan, 0.6]))

    assert (0.4, 0.6) == pytest.approx((found.low, found.high), abs=0.01)
    assert np.isnan(around(0.5, np.array([np.nan])).low)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(Interval(value=0.9, low=0.81, high=0.95), True, id="apart"),
        pytest.param(Interval(value=0.9, low=0.79, high=0.95), False, id="overlapping"),
        pytest.param(Interval(value=0.5, low=0.4, high=0.6), False, id="the other way round"),
    ],
)
def test_an_interval_is_below_another_only_without_overlap(other: Interval, expected: bool) -> None:
    """What "better with non-overlapping intervals" means."""
    assert expected == Interval(value=0.7, low=0.6, high=0.8).below(other)
