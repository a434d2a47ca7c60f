"""Searches 1:N of galleries that can be counted, and lines for those that cannot."""

import numpy as np
import pytest

from evaluation.measures.openset import Searches, pooled, search
from faces.calibration import Tail
from faces.calibration.searches import fmr_for

SEARCHES = Searches(
    mate=np.array([0.9, 0.6, 0.3, 0.8]),
    rival=np.array([0.2, 0.7, 0.1, 0.4]),
    stranger=np.array([0.5, 0.1, 0.2, 0.3, 0.4]),
    mated_people=np.array([1, 2, 3, 4]),
    strange_people=np.array([5, 6, 7, 8, 9]),
)


def test_a_false_positive_is_a_search_not_a_comparison() -> None:
    """Two of five strangers have a candidate at .4, however many candidates there are."""
    assert 2 / 5 == SEARCHES.false_positives(0.4)


@pytest.mark.parametrize(
    ("at", "first", "expected"),
    [
        pytest.param(0.0, False, 0 / 4, id="any rank, no line"),
        pytest.param(0.0, True, 1 / 4, id="one has a better rival"),
        pytest.param(0.7, True, 2 / 4, id="two are below the line, one of them beaten as well"),
        pytest.param(0.85, False, 3 / 4, id="three are below the line"),
    ],
)
def test_a_miss_is_a_mate_below_the_line_or_beaten(at: float, first: bool, expected: float) -> None:
    """FNIR(N, R, T), with R = 1 or N."""
    assert expected == SEARCHES.misses(at, first=first)


def test_a_curve_gives_misses_at_lines_of_strangers() -> None:
    """With one of five strangers allowed, the line is just above .4: .6 is beaten, .3 below."""
    assert 0.4 < SEARCHES.line(0.2) < 0.41
    assert [2 / 4] == SEARCHES.det(np.array([0.2])).tolist()


def test_a_person_counts_once_by_the_best_template() -> None:
    """Person 1 has a good and a bad template, the rival is person 2, probe 9 is not enrolled."""
    east, north, between = [1.0, 0.0], [0.0, 1.0], [0.8, 0.6]
    gallery = np.array([east, north, between], dtype=np.float32)

    found = search(
        np.array([east, north], dtype=np.float32), np.array([1, 9]), gallery, np.array([1, 1, 2])
    )

    assert [1.0] == found.mate.tolist()
    assert [0.8] == pytest.approx(found.rival.tolist())
    assert [1.0] == found.stranger.tolist()
    assert [1] == found.mated_people.tolist()
    assert [9] == found.strange_people.tolist()


def test_misses_have_an_interval_over_people() -> None:
    """A hundred searches by ten people are ten witnesses; each stands or falls as a whole."""
    missed = np.repeat([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 10).astype(bool)
    searches = Searches(
        mate=np.where(missed, 0.1, 0.9),
        rival=np.zeros(100),
        stranger=np.linspace(0.0, 0.5, 100),
        mated_people=np.repeat(np.arange(10), 10),
        strange_people=np.arange(100) + 10,
    )

    found = searches.misses_at(0.05)

    assert 0.1 == found.value
    assert (0.0, 0.3) == (found.low, found.high)


def test_galleries_are_pooled_by_search() -> None:
    """Twice the same is the same."""
    twice = pooled([SEARCHES, SEARCHES])

    assert 10 == len(twice.stranger)
    assert SEARCHES.misses(0.7) == twice.misses(0.7)


def test_a_line_from_a_tail_holds_in_galleries() -> None:
    """Half-normal strangers, galleries of a thousand: one search of twenty is false."""
    generator = np.random.default_rng(6)
    tail = Tail.of(generator.normal(0.0, 0.1, 2_000_000), share=0.01)

    best = generator.normal(0.0, 0.1, (4000, 1000)).max(axis=1)

    assert float(np.mean(best >= tail.similarity(fmr_for(0.05, 1000)))) == pytest.approx(
        0.05, abs=0.015
    )
