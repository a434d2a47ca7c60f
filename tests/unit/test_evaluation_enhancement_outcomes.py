"""Who is recognised: rates, searches and distances that can be counted by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.embedding import Vectors
from evaluation.enhancement.outcomes import Outcome, gallery, judge
from evaluation.enhancement.ways import Used
from evaluation.lfw import Mated
from evaluation.trial import Trial
from tests import subjects

COUNT = 6


@pytest.fixture(name="trial", scope="module")
def _trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Six people, two photos each: the first one is the reference."""
    subject = subjects.made(tmp_path_factory.mktemp("subject"))
    return subjects.trial(subject, subjects.people(COUNT), probes=COUNT)


@pytest.fixture(name="strangers", scope="module")
def _strangers(trial: Trial) -> Vectors:
    crops = subjects.people(4, seed=11).crops
    return trial.memory.see(trial.subject, crops).vectors


def using(vectors: Vectors, *, enhanced: int = 0, drifted: int = 0) -> Used:
    rows = np.arange(len(vectors))
    return Used(
        vectors=vectors,
        quality=np.linspace(0.2, 0.6, len(vectors)),
        enhanced=rows < enhanced,
        drifted=rows < drifted,
    )


def judged(trial: Trial, vectors: Vectors, strangers: Vectors, **numbers: int) -> Outcome:
    rows = np.arange(len(vectors))
    return judge(trial, using(vectors, **numbers), gallery(trial, strangers), rows)


def test_clean_probes_are_recognised(trial: Trial, strangers: Vectors) -> None:
    """All of them, first in every search, and nobody for somebody else: the line is theirs."""
    found = judged(trial, trial.clean.vectors[trial.mated.probes], strangers)

    assert (COUNT, 0.0, 0.0, 1.0) == (
        found.count,
        found.fnmr.value,
        found.fmr.value,
        found.rank1.value,
    )
    assert found.dprime.value > 3
    assert 0.4 == pytest.approx(found.quality)


def test_a_probe_that_became_somebody_else_is_missed_and_matches_a_stranger(
    trial: Trial, strangers: Vectors
) -> None:
    """One of six has the face of another reference: a sixth fails, one of thirty is false."""
    vectors = trial.clean.vectors[trial.mated.probes].copy()
    vectors[0] = trial.clean.vectors[trial.mated.references[3]]

    found = judged(trial, vectors, strangers, enhanced=3, drifted=1)

    assert [1, 0, 0, 0, 0, 0] == found.failed.tolist()
    assert 1 / 6 == pytest.approx(found.fnmr.value)
    assert 1 / 30 == pytest.approx(found.fmr.value)
    assert 5 / 6 == pytest.approx(found.rank1.value)
    assert (0.5, 1 / 6) == pytest.approx((found.enhanced, found.drifted))
    assert found.fnmr.low <= found.fnmr.value <= found.fnmr.high
    assert 0.0 == found.fmr.low < found.fmr.value < found.fmr.high


def test_a_stranger_in_the_gallery_may_come_first(trial: Trial, strangers: Vectors) -> None:
    """Without strangers the mate is found; with the one who looks alike it is not."""
    probe = trial.clean.vectors[trial.mated.probes]
    twin = probe[[2]]

    alone = judged(trial, probe, strangers)
    beside = judged(trial, probe, np.concatenate([strangers, twin]))

    assert 1.0 == alone.rank1.value
    assert 5 / 6 == pytest.approx(beside.rank1.value)
    assert alone.fnmr.value == beside.fnmr.value


def test_a_probe_does_not_look_for_its_own_photo(trial: Trial, strangers: Vectors) -> None:
    """Who is enrolled with the very photo that is spoiled would find it: that is no search."""
    both = np.stack([trial.mated.references, trial.mated.probes], axis=1).ravel()
    other = both.reshape(-1, 2)[:, ::-1].ravel()
    mated = Mated(references=both, probes=other, people=trial.photos.people[other])
    cyclic = Trial(trial.subject, trial.photos, mated, trial.memory)
    enrolled = gallery(cyclic, strangers)
    vectors = cyclic.clean.vectors[mated.probes].copy()
    own = np.isin(mated.probes, enrolled.photos)
    vectors[own] = strangers[0]

    found = judge(cyclic, using(vectors), enrolled, np.arange(len(both)))

    assert COUNT == own.sum()
    assert 1.0 == found.rank1.value
    assert 0.5 == found.fnmr.value


def test_some_probes_are_compared_with_all_references(trial: Trial, strangers: Vectors) -> None:
    """A part of the rows is judged by the same line, against everybody."""
    rows = np.array([1, 4])
    vectors = trial.clean.vectors[trial.mated.probes[rows]].copy()
    vectors[1] = trial.clean.vectors[trial.mated.references[0]]

    found = judge(trial, using(vectors), gallery(trial, strangers), rows)

    assert [0, 1] == found.failed.tolist()
    assert trial.mated.people[rows].tolist() == found.people.tolist()
    assert 1 / 10 == pytest.approx(found.fmr.value)


def test_distance_is_told_in_standard_deviations(trial: Trial, strangers: Vectors) -> None:
    """The means of both kinds, apart, over the root of their mean variance."""
    probes = trial.clean.vectors[trial.mated.probes]
    similarity = (probes @ trial.clean.vectors[trial.mated.references].T).astype(np.float64)
    own, others = np.diag(similarity), similarity[~np.eye(COUNT, dtype=bool)]

    found = judged(trial, probes, strangers)

    expected = (own.mean() - others.mean()) / np.sqrt((own.var() + others.var()) / 2)
    assert expected == pytest.approx(found.dprime.value, rel=1e-4)
    assert found.dprime.low <= found.dprime.value <= found.dprime.high


def test_an_interval_draws_people_not_probes(tmp_path: Path) -> None:
    """Twice the photos of the same people are no more witnesses; twice the people are."""
    subject = subjects.made(tmp_path)
    photos = subjects.people(12)
    base = subjects.trial(subject, photos, probes=12)
    twice = replace(
        base.mated,
        references=np.tile(base.mated.references, 2),
        probes=np.tile(base.mated.probes, 2),
        people=np.tile(base.mated.people, 2),
    )
    double = Trial(subject, photos, twice, base.memory)
    nobody: Vectors = np.zeros((0, base.clean.vectors.shape[1]), np.float32)
    wrong = base.clean.vectors[np.roll(base.mated.probes, 6)]
    vectors = np.where(np.arange(12)[:, None] < 6, wrong, base.clean.vectors[base.mated.probes])

    one = judged(base, vectors, nobody)
    two = judged(double, np.tile(vectors, (2, 1)), nobody)

    assert (one.fnmr.low, one.fnmr.high) == (two.fnmr.low, two.fnmr.high)
    assert one.fmr.low == pytest.approx(two.fmr.low)
