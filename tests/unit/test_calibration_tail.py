"""Tails whose distribution is known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faces.calibration import Tail


def drawn(shape: float, scale: float, count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Above 0.2, by the distribution's inverse."""
    chance = np.random.default_rng(4).random(count)
    excess = -np.log(chance) if shape == 0 else (chance**-shape - 1) / shape
    return 0.2 + scale * excess


@pytest.mark.parametrize(
    ("shape", "scale"),
    [
        pytest.param(-0.3, 0.05, id="a tail that ends"),
        pytest.param(0.0, 0.04, id="exponential"),
        pytest.param(0.2, 0.03, id="a long tail"),
    ],
)
def test_a_tail_is_found_again(shape: float, scale: float) -> None:
    """Values drawn from the distribution give its two numbers back, and where it begins."""
    body = np.random.default_rng(5).uniform(-1.0, 0.2, 600_000)

    found = Tail.of(np.concatenate([body, drawn(shape, scale, 400_000)]), share=0.4)

    assert found.shape == pytest.approx(shape, abs=0.02)
    assert found.scale == pytest.approx(scale, rel=0.02)
    assert found.start == pytest.approx(0.2, abs=1e-3)
    assert 0.4 == found.share


def test_a_weight_of_two_is_two_values() -> None:
    """Weights stand for repetitions."""
    values, weights = drawn(0.1, 0.04, 500), np.tile([1.0, 2.0], 250)
    twice = np.repeat(values, weights.astype(int))

    weighed = Tail.above(0.2, values, weights, share=0.1)
    repeated = Tail.above(0.2, twice, np.ones(750), share=0.1)

    assert repeated.shape == pytest.approx(weighed.shape, abs=1e-3)
    assert repeated.scale == pytest.approx(weighed.scale, rel=1e-3)


@settings(deadline=None)  # a busy machine is no fault
@given(
    shape=st.floats(-0.4, 0.4),
    scale=st.floats(0.01, 0.1),
    share=st.floats(1e-4, 0.05),
    rarer=st.floats(1e-6, 1.0),
)
def test_a_line_and_its_rate_are_inverse(
    shape: float, scale: float, share: float, rarer: float
) -> None:
    """And rarer is never lower."""
    tail = Tail(start=0.3, share=share, shape=shape, scale=scale)
    rate = share * rarer

    line = tail.similarity(rate)

    assert rate == pytest.approx(tail.rate(line), rel=1e-4)
    assert tail.start <= line <= tail.similarity(rate / 2)


def test_beyond_its_end_a_tail_has_nobody() -> None:
    """With a shape below 0 it ends at start - scale / shape."""
    tail = Tail(start=0.3, share=0.01, shape=-0.5, scale=0.1)

    assert 0.0 == tail.rate(0.5)
    assert tail.rate(0.499) > 0


def test_an_exponential_line_grows_with_the_logarithm_of_rarity() -> None:
    """By scale ln 10 for a tenth."""
    tail = Tail(start=0.2, share=0.01, shape=0.0, scale=0.05)

    assert 0.05 * math.log(10) == pytest.approx(tail.similarity(1e-5) - tail.similarity(1e-4))


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(np.arange(900.0), id="nine"),
        pytest.param(np.repeat([0.0, 1.0], [9900, 100]), id="all equal"),
    ],
)
def test_what_makes_no_tail(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    """A shape from few or equal numbers would be a guess."""
    with pytest.raises(ValueError, match="make no tail"):
        Tail.of(values, share=0.01)


@pytest.mark.parametrize(
    "wrong",
    [{"share": 0.0}, {"share": 1.0}, {"scale": 0.0}, {"shape": 1.0}, {"start": math.nan}],
)
def test_refuses_numbers_of_no_tail(wrong: dict[str, float]) -> None:
    """Whoever reads a file relies on it."""
    with pytest.raises(ValueError, match="no tail has these numbers"):
        Tail(**({"start": 0.3, "share": 0.01, "shape": 0.1, "scale": 0.04} | wrong))
