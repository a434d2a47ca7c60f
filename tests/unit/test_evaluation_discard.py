"""Error versus discard, on comparisons few enough to count by hand."""

import numpy as np
import pytest

from evaluation.measures.discard import SHARES, area, curve, discard, ideal, moving

GENUINE = np.array([0.1, 0.9, 0.2, 0.8, 0.7, 0.6, 0.9, 0.8, 0.7, 0.9])
FAILED = GENUINE < 0.5
"""The first and the third of ten."""

KNOWING = np.array([0.1, 0.9, 0.2, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9])
"""Puts both failures last."""


def test_a_quality_that_knows_leaves_failures_out_first() -> None:
    """Two of ten fail, then one of nine, then none of eight."""
    rates = curve(KNOWING, FAILED)

    assert [2 / 10, 1 / 9, 0, 0] == pytest.approx(rates[:4].tolist())
    assert 10 == len(rates)


def test_a_quality_that_is_wrong_makes_it_worse() -> None:
    """The failures are kept to the end: two of two fail."""
    rates = curve(-KNOWING, FAILED)

    assert [2 / 10, 2 / 9, 2 / 8] == pytest.approx(rates[:3].tolist())
    assert [2 / 2, 1 / 1] == pytest.approx(rates[-2:].tolist())


def test_equal_qualities_are_left_out_in_their_order() -> None:
    """The first one goes first: it is a failure."""
    rates = curve(np.zeros(10), FAILED)

    assert [2 / 10, 1 / 9, 1 / 8, 0] == pytest.approx(rates[:4].tolist())


def test_an_area_is_that_of_steps() -> None:
    """To .25 of ten comparisons: two whole steps and half of one, over the start."""
    rates = np.array([0.2, 0.1, 0.05, *[0.0] * 7])

    assert (0.2 + 0.1 + 0.05 / 2) / (2.5 * 0.2) == pytest.approx(area(rates, limit=0.25))


@pytest.mark.parametrize(
    ("quality", "expected"),
    [
        pytest.param(KNOWING, (2 / 10 + 1 / 9) / (3 * 0.2), id="knows: two steps, then nothing"),
        pytest.param(-KNOWING, (2 / 10 + 2 / 9 + 2 / 8) / (3 * 0.2), id="wrong: above 1"),
    ],
)
def test_areas_of_a_known_and_a_wrong_quality(
    quality: np.ndarray[tuple[int], np.dtype[np.float64]], expected: float
) -> None:
    """Normalised by what no quality would reach."""
    assert expected == pytest.approx(area(curve(quality, FAILED)))
    assert ideal(FAILED) <= expected + 1e-12


def test_chance_is_worth_nothing() -> None:
    """A quality that has nothing to do with failing has an area near 1."""
    generator = np.random.default_rng(1)
    failed = generator.random(20_000) < 0.1

    assert area(curve(generator.random(20_000), failed)) == pytest.approx(1.0, abs=0.03)


def test_without_failures_there_is_no_area() -> None:
    """Neither 0 nor 1 would be true."""
    assert np.isnan(area(curve(KNOWING, np.zeros(10, dtype=np.bool_))))


def test_a_line_that_moves_is_set_on_the_strangers_that_are_left() -> None:
    """Bad strangers score high: without them the line falls, and failures pass."""
    quality = np.linspace(0.0, 0.99, 100)
    genuine = np.full(100, 0.5)
    quality_others = np.linspace(0.0, 0.999, 1000)
    others = np.where(quality_others < 0.2, 0.6, 0.4)

    rates = moving(quality, genuine, quality_others, others)

    assert 1.0 == rates[SHARES.index(0.0)]
    assert 1.0 == rates[SHARES.index(0.15)]
    assert 0.0 == rates[SHARES.index(0.25)]


def test_without_strangers_there_is_no_line() -> None:
    """No rate rather than none: all of them are left out at the second share."""
    rates = moving(np.linspace(0, 1, 100), np.ones(100), np.zeros(50), np.zeros(50))

    assert 0.0 == rates[0]
    assert np.isnan(rates[1:]).all()


def test_the_line_stays_where_it_is_told_to() -> None:
    """Of the same data, one convention sees failures and the other, with a lower line, none."""
    others = np.zeros(1000)

    found = discard(
        KNOWING, GENUINE, np.arange(10), at=0.5, others=(np.ones(1000), others), draws=50
    )

    assert 0.2 == found.rates[0]
    assert 0.0 == found.moving[0]
    assert np.isnan(found.moving_area)


def test_an_interval_knows_people_from_photos() -> None:
    """Ten photos of each person that are all alike say no more than one of each."""
    generator = np.random.default_rng(2)
    failed, quality = (
        np.repeat(generator.random(200) < 0.2, 10),
        np.repeat(generator.random(200), 10),
    )
    genuine, others = np.where(failed, 0.0, 1.0), (np.ones(100), np.zeros(100))

    alone = discard(quality, genuine, np.arange(2000), at=0.5, others=others, draws=300).area
    together = discard(
        quality, genuine, np.repeat(range(200), 10), at=0.5, others=others, draws=300
    ).area

    assert alone.value == together.value
    assert together.low < together.value < together.high
    assert (together.high - together.low) / (alone.high - alone.low) == pytest.approx(3.2, abs=0.8)
