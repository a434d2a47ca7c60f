"""Trains the robust branch, for as many steps as asked, and goes on where it was left."""

import contextlib
import copy
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from training.backbone.network import MobileFaceNet
from training.checkpoint import Checkpoint
from training.feed import batches
from training.people import People
from training.robust.loss import Weights, loss
from training.robust.model import RobustBranch
from training.robust.samples import Diet, Samples
from training.robust.trial import Rates, Trial
from training.walk import follow, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How long and how fast."""

    steps: int
    size: int = 64
    """Crops in a batch."""

    rate: float = 1e-3
    """Highest learning rate of what is new: rises for a twentieth of the steps, falls by a
    cosine."""

    gentle: float = 0.3
    """The backbone's rate, as a share of that: it knows faces of more people than are here."""

    opening: int = 0
    """Steps in which the backbone stands still and only what is new learns (FROM's first
    stage). They cost half as much."""

    seed: int = 1
    """Of the samples and of dropout. Weights that are new get theirs before."""

    workers: int = 1
    precision: str = "bf16"
    """``bf16`` where the processor multiplies it, or ``fp32``."""

    keep_every: int = 200
    """Steps between two states on disk."""

    ask_every: int = 1000
    """Steps between two trials."""


class Loop:
    """A branch on its way."""

    def __init__(
        self, branch: RobustBranch, teacher: MobileFaceNet, course: Course, folder: Path
    ) -> None:
        """Take a branch and the model that it learns from; if `folder` holds a training, go on."""
        self._teacher = teacher.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        # Four times as fast on processors.
        self.branch = branch.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.mean = copy.deepcopy(self.branch).requires_grad_(requires_grad=False)
        """The branch with the running mean of its weights."""
        self._course, self._folder = course, folder
        self._optimizer = torch.optim.AdamW(_groups(branch, course.gentle))
        self._checkpoint = Checkpoint(folder / "checkpoint.pt")
        self.done = self._checkpoint.load(
            optimizer=self._optimizer, branch=self.branch, mean=self.mean
        )

    def run(self, people: People, trial: Trial, diet: Diet, weights: Weights) -> None:
        """Train to the end."""
        course = self._course
        samples = Samples(people, diet, size=course.size, seed=course.seed, first=self.done)
        self._centres = torch.from_numpy(people.centres(~people.aside))
        self._trial, self._weights = trial, weights
        with contextlib.closing(batches(samples, workers=course.workers)) as self._feed:
            walk("robust branch", self, course, self._folder)

    def step(self) -> dict[str, float]:
        """Learn from one batch."""
        course, batch = self._course, next(self._feed)
        self.branch.backbone.requires_grad_(requires_grad=self.done >= course.opening)
        # What dropout drops follows from the step, wherever a training was taken up.
        torch.manual_seed((course.seed << 32) + self.done)
        rate = _rate(self.done, course)
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["share"]
        crops, faces = (
            each.contiguous(memory_format=torch.channels_last)
            for each in (batch.crops, batch.faces)
        )
        with torch.autocast("cpu", torch.bfloat16, enabled=course.precision == "bf16"):
            with torch.no_grad():
                targets = functional.normalize(self._teacher(faces).float())
            answer = self.branch(crops)
        parts = loss(answer, batch, targets, self._centres, self._weights)
        self._optimizer.zero_grad(set_to_none=True)
        parts.total.backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_(self.branch.parameters(), 2.5)
        self._optimizer.step()
        follow(self.mean, self.branch)
        self.done += 1
        return parts.numbers()

    def keep(self) -> None:
        """Write all that goes on to disk."""
        self._checkpoint.save(
            self.done, optimizer=self._optimizer, branch=self.branch, mean=self.mean
        )

    def ask(self) -> dict[str, Rates]:
        """Hold a trial of the running mean."""
        return self._trial.run(self.mean)


def _groups(branch: RobustBranch, gentle: float) -> list[dict[str, object]]:
    # Slopes, biases and norms are not pulled to zero.
    known = set(branch.backbone.parameters())
    return [
        {
            "params": [p for p in branch.parameters() if (p in known, p.ndim == 1) == (old, thin)],
            "weight_decay": 0.0 if thin else 1e-4,
            "share": gentle if old else 1.0,
        }
        for old in (False, True)
        for thin in (False, True)
    ]


def _rate(step: int, course: Course) -> float:
    warm = max(1, course.steps // 20)
    if step < warm:
        return course.rate * (step + 1) / warm
    share = (step - warm) / max(1, course.steps - warm)
    return course.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))
