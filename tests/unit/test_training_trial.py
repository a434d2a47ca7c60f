"""A trial's rates are those of the people kept aside, and nothing about it is left to chance."""

import numpy as np
import pytest
import torch

from degradations import Crop
from degradations.occlusions import Occluded
from evaluation.probes import unit
from tests.trainees import made_people
from training.backbone import shipped
from training.backbone.network import MobileFaceNet
from training.people import People
from training.robust.conditions import conditions
from training.robust.model import RobustBranch
from training.robust.trial import Trial

pytestmark = pytest.mark.usefixtures("one_thread")

NOTHING = np.zeros((112, 112), np.bool_)


@pytest.fixture(name="backbone", scope="module")
def _backbone() -> MobileFaceNet:
    return shipped.load()


@pytest.fixture(name="people", scope="module")
def _people(backbone: MobileFaceNet) -> People:
    return made_people(5, 3, aside=4, backbone=backbone)


def untouched(crop: Crop, _: np.random.Generator) -> Occluded:
    return Occluded(crop, NOTHING)


def noisy(crop: Crop, generator: np.random.Generator) -> Occluded:
    noise = generator.normal(0, 90, crop.shape)
    return Occluded(np.clip(crop + noise, 0, 255).astype(np.uint8), NOTHING)


def halved(crop: Crop, _: np.random.Generator) -> Occluded:
    mask = NOTHING.copy()
    mask[:, :56] = True
    return Occluded(np.where(mask[..., None], 0, crop).astype(np.uint8), mask)


def test_the_frozen_branch_has_its_own_rates(people: People, backbone: MobileFaceNet) -> None:
    """Untouched crops compared with each other: what their stored vectors say, by hand."""
    trial = Trial(people, {"clean": untouched})
    found = trial.run(RobustBranch(backbone))["clean"]

    kept = unit(people.raw[people.aside])
    person = people.person[people.aside]
    pairs = np.triu_indices(len(kept), 1)
    cosine = (kept @ kept.T)[pairs]
    same = (person[:, None] == person[None])[pairs]
    assert (12, 54) == (same.sum(), (~same).sum())
    assert np.mean(cosine[same]) == pytest.approx(found.cosine, abs=1e-4)
    assert np.mean(cosine[same] < trial.threshold) == pytest.approx(found.fnmr)
    assert np.mean(cosine[~same] >= trial.threshold) == pytest.approx(found.fmr)
    assert 0.001 >= found.fmr


def test_a_spoiled_probe_is_less_like_its_person(people: People, backbone: MobileFaceNet) -> None:
    """References stay clean, and so does the threshold."""
    trial = Trial(people, {"clean": untouched, "noise": noisy})
    found = trial.run(RobustBranch(backbone))

    assert found["noise"].cosine < found["clean"].cosine - 0.05


def test_a_trial_is_the_same_whenever_it_is_asked(people: People, backbone: MobileFaceNet) -> None:
    """Twice of one trial, and of another one: the same rates to the last digit."""
    branch = RobustBranch(backbone)
    first, second = (Trial(people, {"noise": noisy, "half": halved}) for _ in range(2))
    expected = first.run(branch)

    assert expected == first.run(branch) == second.run(branch)


@pytest.mark.parametrize("training", [True, False])
def test_a_trial_leaves_the_branch_as_it_was(
    people: People, backbone: MobileFaceNet, *, training: bool
) -> None:
    """In training or not, and no weight or statistic moved."""
    branch = RobustBranch(backbone).train(training)
    before = {name: values.clone() for name, values in branch.state_dict().items()}
    Trial(people, {"noise": noisy}).run(branch)

    assert training == branch.training
    assert all(before[name].equal(values) for name, values in branch.state_dict().items())


@pytest.mark.parametrize("grid", [3, 5])
def test_patterns_are_counted_where_they_are_told(
    people: People, backbone: MobileFaceNet, grid: int
) -> None:
    """A predictor that always says "nothing" is right about clean crops, wrong about covered
    ones, on its own grid; a branch without one has no such rates."""
    branch = RobustBranch(backbone, grid=grid)
    assert branch.predictor is not None
    torch.nn.init.zeros_(branch.predictor.out.weight)
    torch.nn.init.zeros_(branch.predictor.out.bias)
    with torch.no_grad():
        branch.predictor.out.bias[0] = 1.0
    trial = Trial(people, {"clean": untouched, "half": halved})
    found, silent = trial.run(branch), trial.run(RobustBranch(backbone, told=False))

    assert (1.0, 1.0) == (found["clean"].top1, found["clean"].overlap)
    assert (0.0, 0.0) == (found["half"].top1, found["half"].overlap)
    assert (None, None) == (silent["half"].top1, silent["half"].overlap)


def test_the_goals_conditions_do_what_they_say(people: People) -> None:
    """Only what covers has a mask; every one but the clean crops changes pixels."""
    crop, generator = people.crops[0], np.random.default_rng(1)
    shown = {name: spoil(crop, generator) for name, spoil in conditions().items()}
    covered = {name for name, each in shown.items() if each.mask.any()}

    assert {name for name in shown if name.startswith("covered")} == covered
    assert {"clean"} == {n for n, each in shown.items() if np.array_equal(each.crop, crop)}
    assert {"clean", "noise", "small", "covered"} == {name.split(":")[0] for name in shown}
    for share in (0.1, 0.2, 0.35):
        hidden = shown[f"covered: block {share}"].mask.mean()
        assert share == pytest.approx(hidden, abs=0.02)
