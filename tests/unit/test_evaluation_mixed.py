"""Mixed degradations: who is compared with whom, and which quality knows best."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.conditions import MIXTURES, drawn
from evaluation.crowd import gather
from evaluation.cutting import Cutter
from evaluation.measures.bootstrap import Interval
from evaluation.measures.discard import Discard
from evaluation.memory import Memory, nobody
from evaluation.parts import cost, discarding, mixed
from evaluation.parts.discarding import Discarding
from evaluation.parts.mixed import Mixed, Simple
from evaluation.sharpness import laplacian
from evaluation.study import Named, Study
from evaluation.subject import Subject
from evaluation.trial import Trial
from tests import subjects


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    """A model that knows how much contrast there is."""
    return subjects.made(tmp_path, learned=True)


@pytest.fixture
def trial(subject: Subject) -> Trial:
    """Twelve people before it."""
    return subjects.trial(subject, subjects.people())


def _study(trial: Trial, names: list[str], train: Named, distractors: Named) -> Study:
    return Study(
        pairs=trial.photos,
        pair_names=names,
        distractors=distractors,
        train=train,
        aside=trial.photos,
        nonfaces={},
        mated=trial.mated,
        simple={},
        memory=Memory(None),
    )


def test_every_probe_is_spoiled_twice_and_compared_with_its_reference(trial: Trial) -> None:
    """Two draws that differ, each in the order of the probes."""
    found = mixed.measure("harsh", trial)

    clean = trial.clean.vectors[trial.mated.references]
    assert [*range(12), *range(12)] == found.reference.tolist()
    assert (24, 192) == found.probes.vectors.shape
    genuine = (found.probes.vectors * clean[found.reference]).sum(axis=1)
    assert np.allclose(genuine, found.genuine, atol=1e-6)
    assert not np.allclose(found.genuine[:12], found.genuine[12:])
    assert trial.mated.people[found.reference].tolist() == found.people.tolist()


def test_an_everyday_set_is_milder_than_a_harsh_one_and_a_clean_one_is_clean(trial: Trial) -> None:
    """Otherwise no measure could be told from another."""
    similarity = {name: mixed.measure(name, trial).genuine.mean() for name in MIXTURES}

    assert similarity["clean"] > similarity["everyday"] > similarity["harsh"]
    assert trial.unspoiled().mean() == pytest.approx(similarity["clean"], abs=1e-6)


def test_strangers_are_other_people(trial: Trial) -> None:
    """And their similarities are those of the rows that are named."""
    found = mixed.measure("harsh", trial)

    probe, reference = found.stranger
    assert not (found.people[probe] == trial.mated.people[reference]).any()
    assert len(probe) > 0.8 * mixed.STRANGERS
    some = slice(0, 500)
    against = trial.clean.vectors[trial.mated.references][reference[some]]
    expected = (found.probes.vectors[probe[some]] * against).sum(axis=1)
    assert np.allclose(expected, found.others[some], atol=1e-6)


def test_simple_judges_see_the_same_pixels_as_models(trial: Trial) -> None:
    """Sharpness and detection of references as they are and of both draws."""
    told: list[int] = []

    cutter, crops = Cutter(Path("models"), threads=1), trial.photos.crops

    found = mixed.simple(
        "harsh", trial.photos, trial.mated, cutter, Memory(None), advance=told.append
    )

    noisy, _ = drawn("harsh")[1].spoil(crops[trial.mated.probes])
    assert (12, 24) == (len(found.sharpness[0]), len(found.sharpness[1]))
    assert laplacian(noisy).tolist() == found.sharpness[1][12:].tolist()
    assert (12, 24) == (len(found.detection[0]), len(found.detection[1]))
    assert 36 == sum(told)


def _judged(trial: Trial, known: bool) -> Discarding:
    """Quality that knows what fails, or does not; sharpness that knows, the others do not."""
    found = mixed.measure("harsh", trial)
    rows = len(found.genuine)
    generator = np.random.default_rng(3)
    genuine = np.where(generator.random(rows) < 0.3, trial.line - 0.1, trial.line + 0.1)
    failed, chance = genuine < trial.line, generator.random(rows)
    quality = np.where(failed, 0.1, 0.9) if known else chance
    spoiled: Mixed = replace(
        found, genuine=genuine, probes=replace(found.probes, quality=quality, magnitude=chance)
    )
    ones = np.ones(len(trial.mated.references))
    clean = replace(trial.clean, quality=np.ones(24), magnitude=np.ones(24))
    trial.clean = clean
    simple = Simple(
        sharpness=(ones, np.where(failed, 0.0, 1.0)), detection=(ones, generator.random(rows))
    )
    return discarding.measure(trial, spoiled, simple)


def test_measures_are_judged_on_the_same_comparisons(trial: Trial) -> None:
    """Who knows reaches the ideal, whoever it is."""
    found = _judged(trial, known=True)

    assert found.ideal == found.areas["quality"][0] == found.areas["sharpness"][0]
    assert found.areas["magnitude"][0] > found.ideal
    assert {"quality", "magnitude", "sharpness", "detection"} == found.areas.keys()
    # Whoever is drawn: as good as sharpness, and better than chance.
    sharpness, magnitude = found.ahead["sharpness"], found.ahead["magnitude"]
    assert (0.0, 0.0, 0.0) == (sharpness.value, sharpness.low, sharpness.high)
    assert found.areas["magnitude"][0] - found.ideal == pytest.approx(magnitude.value)
    assert 0 < magnitude.low < magnitude.value < magnitude.high


def test_a_quality_that_does_not_know_beats_nobody_who_does(trial: Trial) -> None:
    """Sharpness knows here."""
    assert "sharpness" not in _judged(trial, known=False).beaten()


def test_a_rival_is_beaten_only_without_overlap() -> None:
    """Its whole interval lies above."""

    def judged(low: float, high: float) -> Discard:
        nothing = np.zeros(1)
        return Discard(
            shares=nothing,
            rates=nothing,
            area=Interval(value=(low + high) / 2, low=low, high=high),
            replicates=nothing,
            moving=nothing,
            moving_area=0.0,
        )

    found = Discarding(
        fnmr=0.1,
        ideal=0.1,
        measures={
            "quality": judged(0.6, 0.7),
            "magnitude": judged(0.69, 0.8),
            "sharpness": judged(0.71, 0.9),
            "detection": judged(0.4, 0.5),
        },
        areas={},
        ahead={},
        moving_areas={},
    )

    assert ["sharpness"] == found.beaten()


def test_a_crowd_is_made_of_distinct_people(trial: Trial) -> None:
    """One pair a person; people of train/ are fillers, and strangers are apart."""
    others = subjects.people(40, seed=8)
    singles = subjects.people(3, seed=9)
    names = [f"pair {n}" for n in trial.photos.people]
    study = _study(
        trial,
        names,
        Named(crops=others.crops, names=[f"name {n}" for n in others.people]),
        Named(crops=singles.crops, names=[f"stranger {n}" for n in singles.people]),
    )

    crowd = gather(trial, study, nobody)

    assert 12 == len(crowd.references.people) == len(set(crowd.references.people.tolist()))
    assert crowd.references.people.tolist() == crowd.probes.people.tolist()
    filler = set(crowd.filler.people.tolist())
    assert 40 == len(filler)
    assert not filler & set(crowd.references.people.tolist())
    assert not filler & set(crowd.strangers.people.tolist())
    assert crowd.filler.people[2] == crowd.filler.people[3]


def test_lfw_people_without_a_mated_pair_are_fillers(trial: Trial) -> None:
    """Their one photo is enrolled; nobody searches for them."""
    pairs = trial.photos
    fewer = replace(pairs, same=pairs.same & (np.arange(24) < 10))
    part = subjects.trial(trial.subject, fewer)
    others = subjects.people(30, seed=8)
    study = _study(
        part,
        [f"pair {n}" for n in pairs.people],
        Named(crops=others.crops, names=[f"name {n}" for n in others.people]),
        Named(crops=others.crops[:2], names=["x", "y"]),
    )

    crowd = gather(part, study, nobody)

    assert 10 == len(crowd.references.people)
    assert 60 + 2 == len(crowd.filler.people)


def test_models_are_timed_in_turn(subject: Subject) -> None:
    """Each crop alone, and both kinds apart."""
    crops = subjects.people(3).crops

    found = cost.measure([subject, replace(subject, name="other")], crops, crops)

    assert {"made", "other"} == found.keys()
    assert all(6 == len(it.clean.each_ms) == len(it.spoiled.each_ms) for it in found.values())
    assert all(0 < it.clean.mean_ms < 1000 for it in found.values())
    # This model has a share of one half in every crop.
    assert 1.0 == found["made"].clean.twice
