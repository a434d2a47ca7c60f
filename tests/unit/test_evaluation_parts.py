"""Parts of a report, on numbers and on made models whose answer is known."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.parts import cost, ladders, nonfaces, openset, shots
from evaluation.parts.cost import Cost, Times
from evaluation.parts.ladders import Followed
from evaluation.parts.openset import Crowd, Faces
from evaluation.parts.rungs import Climbed, Rung
from evaluation.sharpness import laplacian
from evaluation.study import numbered
from tests import images, subjects
from tests.calibrations import calibration


def test_faces_are_grouped_by_their_mean_quality() -> None:
    """.6 is good, .4 is fair; spread is that of similarity."""
    quality = np.array([[0.5, 0.7], [0.4, 0.4], [0.1, 0.2], [0.9, 0.9]])
    genuine = np.array([[0.5, 0.5], [0.1, 0.3], [0.0, 0.4], [0.6, 0.8]])

    groups = shots.grouped(genuine, quality)

    counts = {name: group.faces for name, group in groups.items()}
    assert {"good": 2, "fair": 1, "bad": 1} == counts
    assert 0.5 * 0.02**0.5 == pytest.approx(groups["good"].spread)
    assert 0.02**0.5 == pytest.approx(groups["fair"].spread)
    assert 0.08**0.5 == pytest.approx(groups["bad"].spread)


def test_a_group_without_faces_has_no_spread() -> None:
    """No zero that would look like a promise kept."""
    groups = shots.grouped(np.ones((2, 2)), np.ones((2, 2)))

    assert 0 == groups["bad"].faces
    assert np.isnan(groups["bad"].spread)


def test_a_band_holds_a_shot_if_it_holds_the_mean_of_the_others() -> None:
    """Of three shots at .4, .5 and .9 with bands of .1: the second holds none, nor the third."""
    quality = np.array([[0.4, 0.5, 0.45]])

    held = shots.held(quality, quality - 0.06, quality + 0.06)

    # The others' means: .475, .425, .45: away by .075, .075 and 0.
    assert 1 / 3 == held


def test_people_have_one_number_in_all_groups() -> None:
    """By name, whatever the group."""
    first, second = numbered(["b", "a", "b"], ["c", "a"])

    assert first[1] == second[1]
    assert first[0] == first[2]
    assert 3 == len({*first.tolist(), *second.tolist()})


def _crowd(*, fillers: int, each: int) -> Crowd:
    """Twenty who search; fillers with several photos each; forty strangers."""
    generator = np.random.default_rng(0)

    def faces(numbers: list[int]) -> Faces:
        raw = generator.normal(size=(len(numbers), 16)).astype(np.float32)
        return Faces(raw / np.linalg.norm(raw, axis=1, keepdims=True), np.array(numbers))

    references = faces(list(range(20)))
    return Crowd(
        references=references,
        probes=references,
        strangers=faces(list(range(100, 140))),
        filler=faces([1000 + n // each for n in range(fillers * each)]),
    )


@pytest.mark.parametrize(
    ("size", "enrolled", "fillers"),
    [
        pytest.param(6, 6, 0, id="less than half of those who search"),
        pytest.param(25, 10, 15, id="the other half search as strangers"),
    ],
)
def test_a_gallery_leaves_strangers_outside(size: int, enrolled: int, fillers: int) -> None:
    """One photo a person as long as there are people."""
    crowd = _crowd(fillers=15, each=4)

    found = openset.gallery(crowd, size, np.random.default_rng(1))

    assert size == len(found.people) == len(set(found.people.tolist()))
    assert enrolled == int((found.people < 100).sum())
    assert fillers == int((found.people >= 1000).sum())


def test_a_larger_gallery_takes_several_photos_of_a_person() -> None:
    """45 templates of 10 who search and 15 others: there are not as many people."""
    found = openset.gallery(_crowd(fillers=15, each=4), 45, np.random.default_rng(1))

    assert 45 == len(found.people)
    assert len(set(found.people.tolist())) > 20


def test_an_open_set_counts_its_searches_and_finds_everybody() -> None:
    """Probes are their own references: no mate is missed, and sizes without photos are left out."""
    found = openset.measure(_crowd(fillers=15, each=1), calibration(), sizes=(5, 20, 100))

    runs = openset.GALLERIES
    assert {5: (5 * runs, 55 * runs), 20: (10 * runs, 50 * runs)} == found.searches
    assert {0.0} == {point.fnir.value for point in found.points}
    assert {5, 20} == {point.size for point in found.points}
    assert all(point.fpir <= 1 for point in found.points)


def test_what_is_no_face_is_set_against_faces(tmp_path: Path) -> None:
    """Flat crops have no contrast, so this model knows them all; the measure says so."""
    trial = subjects.trial(subjects.made(tmp_path, learned=True), subjects.people(), probes=6)
    flat = np.stack([images.noise(112, 112, seed=n) // 32 + 100 for n in range(8)])

    found = nonfaces.measure(trial, {"flat": flat, "faces": trial.photos.crops})

    assert found.by_uncertainty is not None
    for by in (found.by_quality, found.by_magnitude, found.by_uncertainty):
        assert (8, 1.0, 0.0) == (by["flat"].count, by["flat"].auroc, by["flat"].fpr95)
        assert by["faces"].auroc == pytest.approx(0.5)
        assert by[nonfaces.ALL].count == 8 + 24
        # Of all 32, the 8 flat ones are below every face and the others are the faces themselves.
        assert by[nonfaces.ALL].auroc == pytest.approx((8 + 24 * 0.5) / 32)


def _rung(ladder: str, severity: float, quality: float, similarity: float) -> Rung:
    return Rung(
        name=f"{ladder} {severity:g}",
        ladder=ladder,
        severity=severity,
        quality=quality,
        quality_range=(0, 1),
        similarity=similarity,
        similarity_range=(0, 1),
        fnmr=None,  # type: ignore[arg-type]  # of no interest here
        fmr=0.0,
        share=None,
        named=None,
        parity=quality - 0.1,
    )


def test_ladders_are_followed_one_by_one(tmp_path: Path) -> None:
    """Rises, ranks of means, and the distance from the article on both curves."""
    trial = subjects.trial(subjects.made(tmp_path), subjects.people(), probes=6)
    article = {100: 0.89, 400: 0.85, 1600: 0.73, 3200: 0.54, 6400: 0.37, 12800: 0.22}
    iso = [_rung("iso", step, q + 0.1, q) for step, q in article.items()]
    odd = [_rung("odd", 1, 0.5, 0.9), _rung("odd", 2, 0.6, 0.8)]
    rungs = [*iso, *odd]
    zeros = {rung.name: np.full(6, -rung.severity) for rung in rungs}
    climbed = Climbed(rungs=rungs, quality=zeros, genuine=zeros, failed=zeros)

    found = ladders.follow(trial, climbed, wanted=["iso", "odd"])
    likeness = ladders.like_article(climbed)

    assert {"iso": 0.0, "odd": pytest.approx(0.1)} == found.rises
    assert {"iso": pytest.approx(1.0), "odd": pytest.approx(-1.0)} == found.means
    assert 1 == found.monotone()
    assert -1.0 == pytest.approx(found.worst())
    assert 0.0 == pytest.approx(likeness.parity)
    assert 0.1 == pytest.approx(likeness.plain)
    assert found.probes > 0.9


def test_sharpness_is_lost_by_blur() -> None:
    """Noise is sharp, its mean over tiles is not, one colour has none."""
    noise = images.noise(112, 112)
    tiles = noise[::14, ::14].repeat(14, axis=0).repeat(14, axis=1)

    found = laplacian(np.stack([noise, tiles, np.full_like(noise, 90)]))

    assert found[0] > 2 * found[1]
    assert 0.0 == found[2]


def test_a_ladder_that_says_nothing_is_the_worst() -> None:
    """No number is no excuse, wherever it stands."""
    for means in ({"a": 1.0, "b": np.nan}, {"b": np.nan, "a": 1.0}):
        assert np.isnan(Followed(rises={}, means=means, probes=1.0).worst())


def _times(each_ms: list[float], share: list[float] | None) -> Times:
    return cost.of(np.array(each_ms), None if share is None else np.array(share))


def test_a_crop_that_is_looked_at_twice_counts() -> None:
    """A third of the clean crops at three times the cost: 5 / 3, where a median would say 1."""
    plain = Cost(clean=_times([2.0] * 3, None), spoiled=_times([2.0] * 3, None))
    own = Cost(
        clean=_times([2.0, 6.0, 2.0], [0.0, 0.4, 0.0]),
        spoiled=_times([2.0, 5.0, 7.0], [0.0, 1.0, 1.0]),
    )

    clean, again = own.ratios(plain)

    assert 5 / 3 == pytest.approx(clean)
    assert 1 / 3 == pytest.approx(own.clean.twice)
    # Over the two crops of which it asked for more.
    assert 3.0 == pytest.approx(again)
    assert (None, (1.0, 1.0)) == (plain.clean.twice, plain.ratios(plain))
