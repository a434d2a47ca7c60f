"""Calibrations of people who are made up: what they promise holds for other people."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faces.calibration import DataUnfit, Photos, Size, fit
from faces.calibration.calibration import SHARES
from tests.calibrations import CONTRACT, MADE, calibration, crowd

ONE = Size(persons=1, templates=1)
SIZES = st.builds(
    lambda persons, each: Size(persons=persons, templates=persons * each),
    st.integers(1, 100_000),
    st.integers(1, 20),
)


def test_counts_what_it_was_fitted_on() -> None:
    """300 people with 5 photos: 10 pairs of each, and everybody with everybody else."""
    counts = calibration().counts

    assert (300, 1500) == (counts.persons, counts.photos)
    assert (3000, 1500 * 1499 // 2 - 3000) == (counts.mated, counts.others)


@pytest.mark.parametrize("persons", [1, 10, 100])
@pytest.mark.parametrize("target", [0.1, 0.02])
def test_a_target_holds_for_other_people(persons: int, target: float) -> None:
    """Within a factor of 1.5: the goal."""
    others = crowd(900, 2)
    size = Size(persons=persons, templates=persons)
    line = calibration().line(target, size)
    generator = np.random.default_rng(1)
    found = []
    for _ in range(40):
        order = generator.permutation(900)
        gallery, probes = 2 * order[:persons], 2 * order[persons:] + 1
        best = (others.vectors[probes] @ others.vectors[gallery].T).max(axis=1)
        found.append(np.mean(best >= line))

    assert target / 1.5 <= np.mean(found) <= 1.5 * target


def test_several_templates_need_a_higher_line() -> None:
    """Photos of one person are alike, so four count as more than one person and less than four."""
    fitted = calibration()
    lines = [
        fitted.line(0.01, Size(persons=persons, templates=templates))
        for persons, templates in ((100, 100), (100, 400), (400, 400))
    ]

    assert 0 < fitted.growth < 1
    assert sorted(lines) == lines
    assert lines[0] < lines[1] < lines[2]


@settings(deadline=None)  # a busy machine is no fault
@given(fpir=st.floats(1e-6, 0.1), size=SIZES)
def test_a_line_has_the_rate_that_was_asked_for(fpir: float, size: Size) -> None:
    """`fpir` is the inverse of `line`, in the tail and in the body."""
    fitted = calibration()

    assert fpir == pytest.approx(fitted.fpir(fitted.line(fpir, size), size), rel=0.02)


@settings(deadline=None)  # a busy machine is no fault
@given(fpir=st.floats(1e-5, 0.05), size=SIZES)
def test_stricter_and_larger_is_never_lower(fpir: float, size: Size) -> None:
    """Neither is a person more, nor a target that is half as high."""
    fitted = calibration()
    larger = replace(size, persons=size.persons + 1, templates=size.templates + 1)

    line = fitted.line(fpir, size)

    assert line <= fitted.line(fpir / 2, size)
    assert line <= fitted.line(fpir, larger) + 1e-9


@settings(deadline=None)  # a busy machine is no fault
@given(similarity=st.floats(-1, 1), size=SIZES)
def test_an_interval_holds_what_is_expected(similarity: float, size: Size) -> None:
    """And stays among the shares."""
    found = calibration().expected(similarity, size)

    assert 0 <= found.low <= found.high <= 1
    assert found.low <= found.fpir * 1.001 + 1e-9
    assert found.fpir <= found.high * 1.001 + 1e-9


def test_more_people_are_surer() -> None:
    """The interval of a line that is as rare narrows."""
    few, many = calibration(40), calibration(300)
    size = Size(persons=100, templates=100)

    ratios = []
    for fitted in (few, many):
        found = fitted.expected(fitted.line(0.05, size), size)
        ratios.append(found.high / max(found.low, 1e-9))

    assert ratios[1] < ratios[0]


def test_more_photos_of_the_same_people_are_no_surer() -> None:
    """Each photo three times makes nine times as many comparisons, and no more strangers."""
    photos = crowd(100, 4)
    often = Photos(
        vectors=np.repeat(photos.vectors, 3, axis=0),
        quality=np.repeat(photos.quality, 3),
        people=np.repeat(photos.people, 3),
    )

    once, thrice = (fit(each, contract_id=CONTRACT, data="", made=MADE) for each in (photos, often))

    line = once.line(0.02, Size(persons=50, templates=50))
    assert thrice.counts.others == 9 * once.counts.others
    assert thrice.seen(line) == pytest.approx(once.seen(line), rel=0.3)
    assert once.seen(line) < once.fmr(line) * once.counts.others


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Of twenty calibrations of sixty people each, the truth is outside of the 95 % of few.

    The truth is the rate among a thousand others. With chances of 5 %, more than 4 of 20 outside
    happen once in four hundred times; were photos taken for independent, half would be.
    """
    others = crowd(1000, 1, seed=1)
    similarities = (others.vectors @ others.vectors.T)[np.triu_indices(1000, 1)]
    line = float(np.quantile(similarities, 0.999))

    inside = []
    for seed in range(20):
        found = fit(crowd(60, 3, seed=50 + seed), contract_id=CONTRACT, data="", made=MADE)
        expected = found.expected(line, ONE)
        inside.append(expected.low <= 0.001 <= expected.high)

    assert sum(inside) >= 16


def test_strangers_may_be_more_people_than_those_who_are_known() -> None:
    """Rates of strangers are theirs; what one person looks like is not."""
    known, everybody = crowd(40, 4), crowd(150, 3)

    both = fit(known, contract_id=CONTRACT, data="", made=MADE, strangers=everybody)
    alone, all_of_them = (
        fit(each, contract_id=CONTRACT, data="", made=MADE) for each in (known, everybody)
    )

    assert (all_of_them.tail, all_of_them.others) == (both.tail, both.others)
    assert all_of_them.growth == both.growth
    assert alone.mated == both.mated
    assert (150, 450) == (both.counts.persons, both.counts.photos)
    assert (alone.counts.mated, all_of_them.counts.others) == (
        both.counts.mated,
        both.counts.others,
    )
    assert both.evidence != all_of_them.evidence


def test_misses_rise_with_the_line() -> None:
    """From nobody at the lowest similarity of one person to everybody above the highest."""
    fitted = calibration()

    assert 0.0 == fitted.fnmr(fitted.mated[0])
    assert 0.5 == pytest.approx(fitted.fnmr(fitted.mated[SHARES.index(0.5)]), abs=0.01)
    assert 1.0 == fitted.fnmr(1.0)


def test_a_version_is_the_hash_of_the_content() -> None:
    """Any number makes another one."""
    fitted = calibration()

    assert fitted.version == replace(fitted).version
    assert fitted.version != replace(fitted, growth=fitted.growth / 2).version
    assert fitted.version != replace(fitted, contract_id="arc512-other").version
    assert 12 == len(fitted.version)


@pytest.mark.parametrize(
    ("photos", "problem"),
    [
        pytest.param(crowd(19, 4), "19 people; a calibration needs at least 20", id="too few"),
        pytest.param(crowd(60, 1), "nobody has two photos", id="one photo each"),
        pytest.param(
            replace(crowd(30, 4), vectors=np.tile(np.eye(1, 8, dtype=np.float32), (120, 1))),
            "hardly differ",
            id="everybody looks the same",
        ),
    ],
)
def test_refuses_data_that_tell_nothing(photos: Photos, problem: str) -> None:
    """One line says what is missing."""
    with pytest.raises(DataUnfit, match=problem):
        fit(photos, contract_id=CONTRACT, data="", made=MADE)


def test_who_has_many_photos_counts_no_more() -> None:
    """Somebody of whom there are a hundred photos is one stranger to everybody else."""
    photos = crowd(60, 4)
    often = np.concatenate([np.arange(240), np.zeros(96, dtype=int)])
    skewed = Photos(
        vectors=photos.vectors[often], quality=photos.quality[often], people=photos.people[often]
    )

    lines = [
        fit(each, contract_id=CONTRACT, data="", made=MADE).line(0.05, ONE)
        for each in (photos, skewed)
    ]

    assert lines[0] == pytest.approx(lines[1], abs=0.03)


@settings(deadline=None)  # a busy machine is no fault
@given(similarity=st.floats(-1, 1), more=st.floats(0, 1), quality=st.floats(0, 1))
def test_evidence_rises_with_similarity_and_has_limits(
    similarity: float, more: float, quality: float
) -> None:
    """No ratio is larger than the data have comparisons, whatever the quality."""
    fitted = calibration()

    ratio = fitted.ratio(similarity, quality)

    assert ratio <= fitted.ratio(min(1.0, similarity + more), quality)
    assert -math.log(fitted.counts.mated) - 1e-3 <= ratio <= math.log(fitted.counts.others) + 1e-3


def test_evidence_is_worth_what_it_says() -> None:
    """Among others, ratios above 10 are ten times as frequent for one person, or more."""
    others, fitted = crowd(400, 2), calibration()
    similarity = others.vectors[0::2] @ others.vectors[1::2].T
    lower = np.minimum(others.quality[0::2, None], others.quality[None, 1::2])
    high = np.vectorize(fitted.ratio)(similarity, lower) >= math.log(10)
    strangers = ~np.eye(400, dtype=bool)

    assert np.diag(high).mean() >= 10 * high[strangers].mean() * 0.8
    assert np.diag(high).mean() > 0.5
