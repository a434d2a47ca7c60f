"""The enhancer's training: its order, its mean, its logs, that it goes on, and that it learns."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.trainees import TINY, Tiles, made_people
from training.enhancer.course import DENOISE, RESOLVE, Course
from training.enhancer.loop import Loop
from training.enhancer.networks.enhancer import Enhancer, Size
from training.enhancer.opponents import Opponents
from training.enhancer.samples import Diet, tensors
from training.enhancer.trained import begin, trained
from training.enhancer.trial import Trial
from training.matching import Matched
from training.people import People

pytestmark = pytest.mark.usefixtures("one_thread")

COURSE = Course(steps=4, size=2, opening=2, workers=0, precision="fp32", keep_every=2, ask_every=2)

FOUND = {"mild: raw, tiles": Matched(fnmr=0.25, fmr=0.001, cosine=0.5)}


class Interrupted(Exception):
    """The power fails."""


class Asked(Trial):
    """Takes note of what it is asked about; the power may fail meanwhile."""

    def __init__(self, *, fails: bool = False) -> None:
        self.states: list[dict[str, Tensor]] = []
        self.working: list[tuple[bool, bool]] = []
        self._fails = fails

    def run(
        self, enhancer: Enhancer, working: tuple[bool, bool] = (True, True)
    ) -> dict[str, Matched]:
        self.states.append({name: one.clone() for name, one in enhancer.state_dict().items()})
        self.working.append(working)
        if self._fails:
            raise Interrupted
        return FOUND


@pytest.fixture(name="people", scope="module")
def _people() -> People:
    return made_people(5, 3, aside=2)


def begun(folder: Path, course: Course = COURSE, opponents: Opponents | None = None) -> Loop:
    torch.manual_seed(12)
    return Loop(Enhancer(TINY), course, folder, opponents)


def run(loop: Loop, people: People, trial: Asked | None = None) -> Loop:
    loop.run(people, trial or Asked(), [Tiles()], diet=Diet(mild=0.5))
    return loop


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def moved(loop: Loop, part: str) -> float:
    torch.manual_seed(12)
    before = Enhancer(TINY).get_submodule(part).state_dict()
    after = loop.enhancer.get_submodule(part).state_dict()
    return float(max((after[name] - before[name]).abs().max() for name in before))


def test_a_training_goes_on_where_the_power_failed(tmp_path: Path, people: People) -> None:
    """Two steps, then two more by another object: the weights of four."""
    whole = run(begun(tmp_path / "whole"), people)
    with pytest.raises(Interrupted):
        run(begun(tmp_path / "parts"), people, Asked(fails=True))

    again = begun(tmp_path / "parts")
    before = again.done
    run(again, people)

    assert (2, 4) == (before, again.done)
    for one, other in ((whole.enhancer, again.enhancer), (whole.mean, again.mean)):
        expected = one.state_dict()
        for name, values in other.state_dict().items():
            assert torch.allclose(expected[name], values, atol=1e-6), name


@pytest.mark.parametrize(
    ("course", "denoiser", "generator"),
    [
        pytest.param(replace(COURSE, steps=2), True, False, id="the denoiser opens"),
        pytest.param(COURSE, True, True, id="then both"),
        pytest.param(replace(COURSE, parts=DENOISE), True, False, id="denoiser alone"),
        pytest.param(replace(COURSE, parts=RESOLVE), False, True, id="generator alone"),
    ],
)
def test_who_learns_when(
    tmp_path: Path, people: People, course: Course, *, denoiser: bool, generator: bool
) -> None:
    """What takes no part stays as it was, weight decay or not; the estimate always learns."""
    asked = Asked()
    loop = run(begun(tmp_path, course), people, asked)

    assert (denoiser, generator) == (moved(loop, "denoiser") > 0, moved(loop, "generator") > 0)
    assert moved(loop, "estimate") > 0
    assert (denoiser, generator) == asked.working[-1] or course.steps == course.opening


def test_what_is_asked_and_kept_is_the_running_mean(tmp_path: Path, people: People) -> None:
    """Of the weights after each step: .2 % of the newest; it is what is exported."""
    asked, course = Asked(), replace(COURSE, steps=1, opening=0)
    torch.manual_seed(12)
    start = Enhancer(TINY).state_dict()
    begin(tmp_path, TINY)
    loop = run(begun(tmp_path, course), people, asked)

    name = "generator.out.weight"
    newest = loop.enhancer.state_dict()[name]
    assert not start[name].equal(newest)
    expected = start[name] + 0.002 * (newest - start[name])
    assert torch.allclose(expected, asked.states[0][name], atol=1e-9)
    assert asked.states[0][name].equal(trained(tmp_path).state_dict()[name])


def test_a_folder_keeps_one_size(tmp_path: Path) -> None:
    """Another one is refused: its weights would not fit."""
    begin(tmp_path, TINY)
    begin(tmp_path, TINY)

    with pytest.raises(ValueError, match="another size"):
        begin(tmp_path, Size())


def test_what_happened_is_logged_as_it_happens(tmp_path: Path, people: People) -> None:
    """Parts of the loss, and the trial's rates; a training that is done adds none."""
    run(begun(tmp_path), people)
    run(begun(tmp_path), people)

    steps, asked = rows(tmp_path / "steps.csv"), rows(tmp_path / "trial.csv")
    assert ["2", "4"] == [row["step"] for row in steps]
    assert {"pixels", "identity", "strangers", "consistency", "noise"} < set(steps[0])
    assert all(float(row["total"]) > 0 for row in steps)
    told = {"condition": "mild: raw, tiles", "fnmr": "0.25", "fmr": "0.001", "cosine": "0.5"}
    assert [{"step": step} | told for step in ("2", "4")] == asked


def test_a_few_pairs_are_learned_by_heart(people: People) -> None:
    """Of people who were made alike: pixels and identity both come nearer to the clean crops."""
    torch.manual_seed(12)
    enhancer, tiles = Enhancer(Size(denoiser=8, width=16, blocks=1, growth=8)), Tiles()
    clean = functional.avg_pool2d(tensors(list(people.crops[::3][:4])), 4)
    noise = 0.1 * torch.randn(clean.shape, generator=torch.Generator().manual_seed(1))
    likened = 0.6 * clean + 0.4 * clean.roll(1, 0)
    spoiled, scale = (likened + noise).clamp(0, 1), torch.full((4,), 0.5)
    optimizer = torch.optim.AdamW(enhancer.parameters(), 5e-3)
    costs = []
    for _ in range(100):
        found = enhancer(spoiled, scale)
        apart = 1 - (tiles(found.crops).vectors * tiles(clean).vectors).sum(1).mean()
        pixels = (found.crops - clean).abs().mean()
        costs.append((pixels.item(), apart.item()))
        optimizer.zero_grad()
        (pixels + apart).backward()
        optimizer.step()

    (pixels_before, apart_before), (pixels_after, apart_after) = costs[0], costs[-1]
    assert pixels_after < 0.7 * pixels_before
    assert apart_after < 0.7 * apart_before


def test_an_adversary_learns_along_and_is_kept(tmp_path: Path, people: People) -> None:
    """With a weight; it bends the enhancer, and the next run takes it up."""
    plain = run(begun(tmp_path / "plain"), people)
    opponents = Opponents(tmp_path / "gan", adversary=0.5)
    bent = run(begun(tmp_path / "gan", opponents=opponents), people)
    kept = torch.load(tmp_path / "gan" / "adversary.pt", weights_only=True)
    again = Opponents(tmp_path / "gan", adversary=0.5)
    crops = torch.rand(1, 3, 112, 112)

    one, other = (each.enhancer.state_dict()["generator.out.weight"] for each in (plain, bent))
    assert not one.equal(other)
    assert 4 == kept["step"]
    assert again.against(crops, crops.flip(3)).item() == pytest.approx(
        opponents.against(crops, crops.flip(3)).item()
    )
