"""Batches of spoiled crops: what each holds follows from its number, wherever it is made."""

import itertools
from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from degradations import mix
from evaluation.probes import unit
from tests.trainees import batch_of, made_people
from training.people import People
from training.robust.loss import UNTOLD, Batch
from training.robust.samples import Diet, Samples, batches

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


def test_nobody_kept_aside_is_ever_shown(people: People) -> None:
    """Neither their crops nor their vectors."""
    samples = Samples(people, Diet(occlude=0, spoil=0), size=SIZE, seed=3)
    shown = {crop.numpy().tobytes() for batch in taken(samples, 12) for crop in batch.crops}
    allowed, hidden = (
        {batch_of(each[None]).numpy().tobytes() for crop in crops for each in (crop, crop[:, ::-1])}
        for crops in (people.crops[~people.aside], people.crops[people.aside])
    )

    assert allowed == shown
    assert shown.isdisjoint(hidden)


def test_a_mirrored_crop_has_the_mirror_images_vector(people: People) -> None:
    """Clean crops in front: each target is the frozen vector of just that picture."""
    [batch] = taken(Samples(people, Diet(occlude=0, spoil=0), size=SIZE, seed=3), 1)
    both = [people.crops, people.crops[:, :, ::-1].copy()]
    pictures = torch.cat([batch_of(each) for each in both]).flatten(1)
    vectors = unit(np.concatenate([people.raw[:, 0], people.raw[:, 1]]))
    found = torch.cdist(batch.crops.flatten(1), pictures).argmin(1)

    assert {True, False} == set((found >= len(people.crops)).tolist())
    assert torch.allclose(torch.from_numpy(vectors)[found], batch.targets, atol=1e-6)


def test_persons_are_rows_of_the_centres(people: People) -> None:
    """Every target lies nearest to the centre that it is told to be of."""
    centres = torch.from_numpy(people.centres(~people.aside))
    [batch] = taken(Samples(people, Diet(), size=SIZE, seed=3), 1)

    assert batch.persons.equal((batch.targets @ centres.T).argmax(1))


def test_who_is_seen_from_the_side_only_is_nobody_to_learn(people: People) -> None:
    """Such a person has no centre; photos of the others stay theirs."""
    turned = replace(people, profile=people.person == 1)
    centres = torch.from_numpy(turned.centres(~turned.aside))
    shown = taken(Samples(turned, Diet(), size=SIZE, seed=3), 4)

    assert 3 == len(centres)
    assert all(b.persons.equal((b.targets @ centres.T).argmax(1)) for b in shown)


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
    """A batch is `mix` of the photos that it draws: nothing else happens to a crop."""
    samples = Samples(people, Diet(occlude=1, spoil=1), size=SIZE, seed=3)
    generator = np.random.default_rng([3, 0])
    rows = generator.choice(np.flatnonzero(~people.aside), SIZE, replace=False)
    mirrors = generator.integers(2, size=SIZE)
    expected = [
        mix(
            np.ascontiguousarray(people.crops[row, :, :: -1 if mirror else 1]),
            generator,
            occlude=1,
            spoil=1,
        ).crop
        for row, mirror in zip(rows, mirrors, strict=True)
    ]

    [batch] = taken(samples, 1)
    assert batch_of(np.stack(expected)).equal(batch.crops)
