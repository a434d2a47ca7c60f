"""Batches of spoiled crops: what each holds follows from its number, wherever it is made."""

import itertools
from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from tests.trainees import batch_of, made_people
from training.faces import Making
from training.feed import batches
from training.people import People
from training.robust.loss import UNTOLD, Batch
from training.robust.samples import SHOTS, Diet, Samples

SIZE = 6


@pytest.fixture(name="people", scope="module")
def _people() -> People:
    return made_people(6, 2, aside=2)


def taken(samples: Samples, count: int, *, workers: int = 0) -> list[Batch]:
    return list(itertools.islice(batches(samples, workers=workers), count))


def same(one: Batch, other: Batch) -> bool:
    return all(getattr(one, f.name).equal(getattr(other, f.name)) for f in fields(Batch))


def test_a_seed_says_everything(people: People) -> None:
    """The same seed gives the same bytes; another seed other ones; and no batch comes twice."""
    once, again = (taken(Samples(people, Diet(), size=SIZE, seed=3), 2) for _ in range(2))
    [other] = taken(Samples(people, Diet(), size=SIZE, seed=4), 1)

    assert all(itertools.starmap(same, zip(once, again, strict=True)))
    assert not same(once[0], once[1])
    assert not same(once[0], other)


def test_a_training_that_goes_on_gets_the_batches_that_it_would_have_had(people: People) -> None:
    """Batch k from the start is batch 0 from the k-th."""
    whole = taken(Samples(people, Diet(), size=SIZE, seed=3), 4)
    rest = taken(Samples(people, Diet(), size=SIZE, seed=3, first=2), 2)

    assert all(itertools.starmap(same, zip(whole[2:], rest, strict=True)))


@pytest.mark.timeout(300)  # two processes import torch
def test_workers_take_turns(people: People) -> None:
    """Two processes make the batches that one makes, in the same order."""
    samples = Samples(people, Diet(), size=SIZE, seed=3, first=1)
    expected = taken(samples, 4)

    assert all(itertools.starmap(same, zip(expected, taken(samples, 4, workers=2), strict=True)))


AS_THEY_ARE = Making(bend=0, join=0)


def test_nobody_kept_aside_is_ever_shown(people: People) -> None:
    """Not as a whole, and not as a part: who is taken away changes nothing."""
    samples = Samples(people, Diet(occlude=0, spoil=0, making=AS_THEY_ARE), size=SIZE, seed=3)
    shown = {crop.numpy().tobytes() for batch in taken(samples, 30) for crop in batch.crops}
    allowed = {
        batch_of(each[None]).numpy().tobytes()
        for crop in people.crops[~people.aside]
        for each in (crop, crop[:, ::-1])
    }
    without = replace(people, crops=people.crops * ~people.aside[:, None, None, None])
    made, again = (taken(Samples(each, Diet(), size=SIZE, seed=3), 3) for each in (people, without))

    assert allowed == shown
    assert all(itertools.starmap(same, zip(made, again, strict=True)))


def test_a_face_is_shown_twice_and_spoiled_each_time_anew(people: People) -> None:
    """Both crops name the face that they were, and differ."""
    [batch] = taken(Samples(people, Diet(occlude=1, spoil=1), size=SIZE, seed=3), 1)

    assert [0, 0, 1, 1, 2, 2] == batch.of.tolist()
    assert SIZE // SHOTS == len(batch.faces)
    assert not batch.crops[0].equal(batch.crops[1])


def test_a_clean_crop_is_the_face_itself(people: People) -> None:
    """Nothing covered, nothing spoiled: what is shown is what the frozen model is asked about."""
    [batch] = taken(Samples(people, Diet(occlude=0, spoil=0), size=SIZE, seed=3), 1)

    assert batch.faces[batch.of].equal(batch.crops)


def test_a_profile_is_never_joined_with_another_face(people: People) -> None:
    """It may be bent and mirrored only."""
    turned = replace(people, profile=people.person != 0)
    diet = Diet(occlude=0, spoil=0, making=Making(bend=0, join=1))
    photos = batch_of(np.concatenate([turned.crops, turned.crops[:, :, ::-1]])).flatten(1)
    faces = torch.cat([b.faces for b in taken(Samples(turned, diet, size=SIZE, seed=3), 8)])
    distance, photo = torch.cdist(faces.flatten(1), photos).min(1)
    profile = torch.from_numpy(np.tile(turned.profile, 2))[photo]

    assert 0 == pytest.approx(distance[profile].max().item(), abs=0.5)
    assert distance[~profile].max().item() > 1


@pytest.mark.parametrize(("grid", "patterns"), [(3, 37), (5, 226)])
def test_what_is_covered_has_a_pattern_and_what_is_not_has_none(
    people: People, grid: int, patterns: int
) -> None:
    """Nothing covered is 0; things all over the face are left untold."""
    clear, covered = (
        torch.cat([b.patterns for b in taken(Samples(people, diet, size=SIZE, seed=3), 8)])
        for diet in (Diet(occlude=0, grid=grid), Diet(occlude=1, grid=grid))
    )

    assert {0} == set(clear.tolist())
    assert UNTOLD in covered
    told = covered[covered != UNTOLD]
    assert 0 < told.float().mean().item()
    assert 0 <= told.min().item() <= told.max().item() < patterns


def test_the_diet_is_what_the_degradations_are_asked_for(people: People) -> None:
    """Everything is covered, or nothing; everything is spoiled, or nothing."""
    [covered] = taken(Samples(people, Diet(occlude=1, spoil=0), size=SIZE, seed=3), 1)
    [spoiled] = taken(Samples(people, Diet(occlude=0, spoil=1), size=SIZE, seed=3), 1)

    for batch in (covered, spoiled):
        off = (batch.crops - batch.faces[batch.of]).abs().flatten(1).mean(1)
        assert off.min().item() > 0
    assert (covered.patterns != 0).all()
    assert (spoiled.patterns == 0).all()
