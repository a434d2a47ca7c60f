"""Histograms of cosines against the plain list of all pairs; people under two names."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluation.duplicates import merge_duplicates
from evaluation.probes import unit
from evaluation.scores import QUANTILES, STEP, Scores, pair_scores


def _crowd(seed: int = 5) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """90 unit vectors of 18 people: shapes (90, 16) and (90,)."""
    generator = np.random.default_rng(seed)
    people = np.arange(90) % 18
    centres = generator.normal(size=(18, 16))
    return unit((centres[people] + 0.8 * generator.normal(size=(90, 16))).astype("f4")), people


def _pairs(vectors: NDArray[np.float32], people: NDArray[np.int64], *, same: bool) -> list[float]:
    return sorted(
        float(vectors[i] @ vectors[j])
        for i, j in itertools.combinations(range(len(people)), 2)
        if (people[i] == people[j]) == same
    )


@pytest.mark.parametrize("block", [1, 7, 90, 512])
def test_every_pair_is_counted_once(block: int) -> None:
    """Whatever the size of a block, and no crop against itself."""
    vectors, people = _crowd()

    scores = pair_scores(vectors, people, block=block)

    for histogram, same in ((scores.genuine, True), (scores.impostor, False)):
        filled = np.repeat(np.arange(len(histogram)), histogram) * STEP - 1.0
        # A pair at the edge of a bin may fall to either side of it.
        assert _pairs(vectors, people, same=same) == pytest.approx(filled.tolist(), abs=1.1 * STEP)


@pytest.mark.parametrize("rate", [0.5, 0.1, 1e-2, 1e-3])
def test_a_threshold_keeps_its_false_match_rate_and_no_lower_one_does(rate: float) -> None:
    """Counted on the pairs themselves."""
    vectors, people = _crowd()
    impostors = np.array(_pairs(vectors, people, same=False))

    threshold = pair_scores(vectors, people).threshold(rate)

    assert (impostors >= threshold + STEP / 10).mean() <= rate
    assert (impostors >= threshold - 1.1 * STEP).mean() > rate


def test_a_threshold_of_known_scores() -> None:
    """Of ten strangers one scores .4: a rate of .1 allows it, .09 does not."""
    impostor = np.zeros(20_000, np.int64)
    impostor[[10_000, 14_000]] = 9, 1
    scores = Scores(genuine=np.zeros_like(impostor), impostor=impostor)

    assert [0.0001, 0.4001] == [scores.threshold(0.1), scores.threshold(0.09)]


def test_nothing_reaches_a_threshold_that_cannot_be_had() -> None:
    """Strangers with one face leave only the end of the scale."""
    impostor = np.zeros(20_000, np.int64)
    impostor[-1] = 5
    scores = Scores(genuine=impostor, impostor=impostor)

    assert scores.threshold(1e-3) == 1.0
    assert scores.genuine_above(1.0) == 0.0


@pytest.mark.parametrize("share", QUANTILES)
def test_a_quantile_of_the_genuine_scores(share: float) -> None:
    """As numpy's, within a bin."""
    vectors, people = _crowd()
    genuine = np.array(_pairs(vectors, people, same=True))

    quantile = pair_scores(vectors, people).genuine_quantile(share)

    expected = np.quantile(genuine, share, method="inverted_cdf")
    assert expected == pytest.approx(quantile, abs=1.1 * STEP)


@pytest.mark.parametrize("line", [0.2, 0.5, 0.8])
def test_the_share_of_genuine_pairs_that_reach_a_line(line: float) -> None:
    """Counted on the pairs themselves."""
    vectors, people = _crowd()
    genuine = np.array(_pairs(vectors, people, same=True))

    share = pair_scores(vectors, people).genuine_above(line)

    assert (genuine >= line).mean() == pytest.approx(share, abs=1.5 / len(genuine))


def _at(*degrees: float) -> NDArray[np.float32]:
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


@pytest.mark.parametrize(
    ("degrees", "merged"),
    [
        # cos 40° = .77 is above the line, cos 50° = .64 and everything beyond is below.
        pytest.param([0, 90, 180], [0, 1, 2], id="three people"),
        pytest.param([0, 90, 40], [0, 1, 0], id="a person twice, and a stranger"),
        pytest.param([0, 50, 100], [0, 1, 2], id="a line that nobody reaches"),
        pytest.param([0, 40, 80, 120], [0, 0, 0, 0], id="a chain in order"),
        pytest.param([0, 80, 40], [0, 0, 0], id="a chain whose link comes last"),
        pytest.param([0, 120, 80, 40], [0, 0, 0, 0], id="a chain in a knot"),
        pytest.param([180, 0, 80, 220, 40], [0, 1, 1, 0, 1], id="two people, five names"),
    ],
)
def test_names_of_one_person_become_the_lowest_of_them(
    degrees: list[float], merged: list[int]
) -> None:
    """One photo for each name; who is near by way of others is the same person too."""
    assert merged == merge_duplicates(_at(*degrees), np.arange(len(degrees))).tolist()


def test_identities_are_compared_by_their_mean_direction() -> None:
    """One odd photo of a stranger does not make two people one."""
    vectors, people = _at(0, 2, 100, 98, 5), np.array([0, 0, 1, 1, 1])

    assert [0, 0, 1, 1, 1] == merge_duplicates(vectors, people).tolist()
