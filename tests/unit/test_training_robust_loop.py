"""The robust branch's training: its opening, its mean, its logs, and that it goes on."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.trainees import made_people
from training.backbone import shipped
from training.backbone.network import MobileFaceNet
from training.people import People
from training.robust.loop import Course, Loop
from training.robust.loss import Weights
from training.robust.model import RobustBranch
from training.robust.samples import Diet
from training.robust.trial import Rates, Trial
from training.served import Served

pytestmark = pytest.mark.usefixtures("one_thread")

COURSE = Course(steps=4, size=2, rate=1e-3, workers=0, precision="fp32", keep_every=2, ask_every=2)


class Interrupted(Exception):
    """The power fails."""


class Asked(Trial):
    """Takes note of what it is asked about; the power may fail meanwhile."""

    def __init__(self, *, fails: bool = False) -> None:
        self.states: list[dict[str, torch.Tensor]] = []
        self._fails = fails

    def run(self, branch: RobustBranch | Served) -> dict[str, Rates]:
        self.states.append({name: one.clone() for name, one in branch.state_dict().items()})
        if self._fails:
            raise Interrupted
        rates = Rates(fnmr=0.25, fmr=0.001, cosine=0.5, top1=0.75, overlap=None)
        return {"clean": rates, "covered: block 0.2": rates}


@pytest.fixture(name="people", scope="module")
def _people() -> People:
    return made_people(3, 2)


def new_branch() -> RobustBranch:
    torch.manual_seed(12)
    return RobustBranch(shipped.load(), grid=3)


def trained(folder: Path, course: Course, people: People, trial: Asked | None = None) -> Loop:
    loop = Loop(new_branch(), shipped.load(), course, folder)
    loop.run(people, trial or Asked(), Diet(grid=3), Weights())
    return loop


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def weights_of(backbone: MobileFaceNet) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in backbone.parameters()])


def test_a_training_goes_on_where_the_power_failed(tmp_path: Path, people: People) -> None:
    """Two steps, then two more by another object: the weights of four, with dropout and all."""
    whole = trained(tmp_path / "whole", COURSE, people)
    with pytest.raises(Interrupted):
        trained(tmp_path / "parts", COURSE, people, Asked(fails=True))

    again = Loop(new_branch(), shipped.load(), COURSE, tmp_path / "parts")
    begun = again.done
    # Whatever chance has decided in the meantime.
    torch.manual_seed(99)
    again.run(people, Asked(), Diet(grid=3), Weights())

    assert (2, 4) == (begun, again.done)
    for one, other in ((whole.branch, again.branch), (whole.mean, again.mean)):
        expected = one.state_dict()
        for name, values in other.state_dict().items():
            assert torch.allclose(expected[name].float(), values.float(), atol=1e-6), name


def test_the_backbone_stands_still_in_the_opening(tmp_path: Path, people: People) -> None:
    """What is new learns meanwhile; afterwards the backbone learns, too."""
    before = weights_of(shipped.load())
    course = replace(COURSE, steps=3, opening=2, keep_every=1, ask_every=1)
    asked = Asked()
    loop = trained(tmp_path, course, people, asked)
    names = [f"backbone.{name}" for name, _ in loop.branch.backbone.named_parameters()]
    after = [torch.cat([state[name].flatten() for name in names]) for state in asked.states]

    assert before.equal(after[0])
    assert before.equal(after[1])
    assert not before.equal(after[2])
    decoder = [state["decoder.out.weight"].abs().max().item() for state in asked.states]
    assert 0 < decoder[0] < decoder[1]


def test_the_backbone_learns_more_gently(tmp_path: Path, people: People) -> None:
    """The first step of AdamW is as long as its rate: the backbone's is a share of the others'."""
    start = new_branch().state_dict()
    course = replace(COURSE, steps=1, rate=1e-3, gentle=0.2)
    after = trained(tmp_path, course, people).branch.state_dict()
    moved = {name: (after[name] - start[name]).abs().max().item() for name in start}

    assert 1e-3 == pytest.approx(moved["decoder.out.weight"], rel=0.02)
    assert 2e-4 == pytest.approx(moved["backbone.project.0.weight"], rel=0.02)


def test_what_is_asked_and_kept_is_the_running_mean(tmp_path: Path, people: People) -> None:
    """Of the weights after each step: .2 % of the newest."""
    asked, course = Asked(), replace(COURSE, steps=1)
    start = new_branch().state_dict()
    loop = trained(tmp_path, course, people, asked)
    again = Loop(new_branch(), shipped.load(), course, tmp_path)

    name = "backbone.project.0.weight"
    newest = loop.branch.state_dict()[name]
    expected = start[name] + 0.002 * (newest - start[name])
    assert not start[name].equal(newest)
    assert torch.allclose(expected, loop.mean.state_dict()[name], atol=1e-9)
    assert loop.mean.state_dict()[name].equal(again.mean.state_dict()[name])
    assert loop.mean.state_dict()[name].equal(asked.states[0][name])
    assert newest.equal(again.branch.state_dict()[name])


def test_what_happened_is_logged_as_it_happens(tmp_path: Path, people: People) -> None:
    """Parts of the loss, and the trial's rates by condition; a training that is done adds none."""
    trained(tmp_path, COURSE, people)
    trained(tmp_path, COURSE, people)

    steps, asked = rows(tmp_path / "steps.csv"), rows(tmp_path / "trial.csv")
    assert ["2", "4"] == [row["step"] for row in steps]
    assert all(float(row["total"]) > 0 for row in steps)
    assert {"distance", "strangers", "pattern", "clean_mask"} < set(steps[0])
    rates = {"fnmr": "0.25", "fmr": "0.001", "cosine": "0.5", "top1": "0.75"}
    assert [
        {"step": step, "condition": name} | rates
        for step in ("2", "4")
        for name in ("clean", "covered: block 0.2")
    ] == asked


def test_a_training_that_is_done_stays_done(tmp_path: Path, people: People) -> None:
    """Asked for fewer steps than were taken, it does not claim to have taken fewer."""
    trained(tmp_path, replace(COURSE, steps=2), people)
    loop = trained(tmp_path, replace(COURSE, steps=1), people)

    assert 2 == loop.done
