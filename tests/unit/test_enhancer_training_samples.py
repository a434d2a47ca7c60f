"""Pairs of spoiled and clean crops: what a batch holds follows from its number alone."""

import itertools
from dataclasses import fields, replace

import cv2
import numpy as np
import pytest
import torch

from degradations import Crop
from tests.trainees import made_people
from training.enhancer.samples import Diet, Pairs, Samples, tensors
from training.faces import Making
from training.feed import batches
from training.people import People
from training.spoiling import HARD, MILD, Severity, spoiled

SIZE = 6

AS_THEY_ARE = Making(bend=0, join=0)


@pytest.fixture(name="people", scope="module")
def _people() -> People:
    return made_people(6, 2, aside=2)


@pytest.fixture(name="face", scope="module")
def _face(people: People) -> Crop:
    """Smooth: all that is rough in a spoiled one is noise."""
    return np.asarray(cv2.GaussianBlur(people.crops[0], (0, 0), 4.0), dtype=np.uint8)


def taken(samples: Samples, count: int, *, workers: int = 0) -> list[Pairs]:
    return list(itertools.islice(batches(samples, workers=workers), count))


def same(one: Pairs, other: Pairs) -> bool:
    pairs = [(getattr(one, f.name), getattr(other, f.name)) for f in fields(Pairs)]
    return all(torch.equal(a.nan_to_num(-1), b.nan_to_num(-1)) for a, b in pairs)


def drawn(face: Crop, severity: Severity, count: int) -> list[tuple[float, float, Crop]]:
    made = [spoiled(face, np.random.default_rng([5, n]), severity) for n in range(count)]
    return [(each.scale, each.noise, each.crop) for each in made]


def test_a_seed_says_everything(people: People) -> None:
    """The same seed, the same bytes; another seed other ones; and no batch comes twice."""
    once, again = (taken(Samples(people, size=SIZE, seed=3), 2) for _ in range(2))
    [other] = taken(Samples(people, size=SIZE, seed=4), 1)

    assert all(itertools.starmap(same, zip(once, again, strict=True)))
    assert not same(once[0], once[1])
    assert not same(once[0], other)


def test_a_training_that_goes_on_gets_the_batches_that_it_would_have_had(people: People) -> None:
    """Batch k from the start is batch 0 from the k-th."""
    whole = taken(Samples(people, size=SIZE, seed=3), 4)
    rest = taken(Samples(people, size=SIZE, seed=3, first=2), 2)

    assert all(itertools.starmap(same, zip(whole[2:], rest, strict=True)))


@pytest.mark.timeout(400)  # two processes import torch
def test_workers_take_turns(people: People) -> None:
    """Two processes make the batches that one makes, in the same order."""
    samples = Samples(people, size=SIZE, seed=3, first=1)
    expected = taken(samples, 4)

    assert all(itertools.starmap(same, zip(expected, taken(samples, 4, workers=2), strict=True)))


def test_nobody_kept_aside_is_ever_shown(people: People) -> None:
    """The clean halves are the others' crops, or their mirror images."""
    shown = {
        crop.numpy().tobytes()
        for batch in taken(Samples(people, Diet(making=AS_THEY_ARE), size=SIZE, seed=3), 12)
        for crop in batch.clean
    }
    allowed = {
        tensors([each])[0].numpy().tobytes()
        for crop in people.crops[~people.aside]
        for each in (crop, np.ascontiguousarray(crop[:, ::-1]))
    }

    assert allowed == shown


def test_persons_are_those_of_the_clean_crops(people: People) -> None:
    """Every clean crop is one of that person's."""
    diet = Diet(mild=0, clean=1, making=AS_THEY_ARE)
    [batch] = taken(Samples(people, diet, size=SIZE, seed=3), 1)
    own = {
        (tensors([each])[0].numpy().tobytes(), int(person))
        for crop, person in zip(people.crops, people.person, strict=True)
        for each in (crop, np.ascontiguousarray(crop[:, ::-1]))
    }

    found = {
        (crop.numpy().tobytes(), int(person))
        for crop, person in zip(batch.clean, batch.persons, strict=True)
    }
    assert found <= own


def test_a_clean_share_stays_as_it_is(people: People) -> None:
    """Scale one, no noise; otherwise nearly nothing stays."""
    [clean] = taken(Samples(people, Diet(mild=0, clean=1), size=SIZE, seed=3), 1)
    [hard] = taken(Samples(people, Diet(mild=0, clean=0), size=SIZE, seed=3), 1)

    assert clean.clean.equal(clean.spoiled)
    assert clean.noise.eq(0).all()
    assert clean.scale.eq(1).all()
    assert all(not a.equal(b) for a, b in zip(hard.clean, hard.spoiled, strict=True))


@pytest.mark.parametrize(
    ("severity", "least", "most"),
    [pytest.param(HARD, 14, 56, id="hard"), pytest.param(MILD, 40, 112, id="mild")],
)
def test_scales_are_those_of_the_severity(
    face: Crop, severity: Severity, least: int, most: int
) -> None:
    """Pixels across are even and in the range; half were enlarged before, and tell one."""
    scales = np.array([scale for scale, _, _ in drawn(face, severity, 90)])
    across = scales[scales < 1] * 112

    assert np.allclose(across, 2 * np.rint(across / 2), atol=1e-4)
    assert least <= across.min() < least * 1.4
    assert most / 1.4 < across.max() <= most
    assert 0.4 < (scales == 1).mean() < 0.8


def test_the_noise_that_is_told_is_the_noise_that_is_there(face: Crop) -> None:
    """Of a smooth picture at full size, nothing else done to it: what deviates from it."""
    loud = replace(HARD, across=(112, 112.001), iso=(6400, 6400.1), noisy=1, blurred=0)
    loud = replace(loud, compressed=0, scene=0)
    for _, noise, crop in drawn(face, loud, 8):
        grey = [cv2.cvtColor(each, cv2.COLOR_BGR2GRAY).astype(float) for each in (crop, face)]
        assert (grey[0] - grey[1]).std() == pytest.approx(noise, rel=0.05)
        assert 3 < noise < 60


def test_a_quiet_sensor_adds_nothing_and_a_scene_does_not_tell(face: Crop) -> None:
    """Nought, and no number."""
    quiet, scene = replace(HARD, noisy=0, scene=0), replace(HARD, scene=1)

    assert {0.0} == {noise for _, noise, _ in drawn(face, quiet, 6)}
    assert all(np.isnan(noise) for _, noise, _ in drawn(face, scene, 6))


def test_the_given_crop_is_left_alone(face: Crop) -> None:
    """Whatever is done to it."""
    before = face.copy()
    drawn(face, HARD, 12)

    assert np.array_equal(before, face)
