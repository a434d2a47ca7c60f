"""Trains the robust branch, for as many steps as asked, and goes on where it was left."""

import copy
import csv
import math
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from rich.progress import Progress
from torch import nn
from torch.nn import functional

from training.backbone.network import MobileFaceNet
from training.checkpoint import Checkpoint
from training.people import People
from training.robust.loss import Batch, Weights, loss
from training.robust.model import RobustBranch
from training.robust.samples import Diet, Samples, batches
from training.robust.trial import Rates, Trial

_DECAY = 0.998
"""Of the running mean of the weights, which is what is kept in the end."""


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
        self._schedule = [_rate(step, course) for step in range(course.steps)]
        self._checkpoint = Checkpoint(folder / "checkpoint.pt")
        self.done = self._checkpoint.load(
            optimizer=self._optimizer, branch=self.branch, mean=self.mean
        )

    def run(self, people: People, trial: Trial, diet: Diet, weights: Weights) -> None:
        """Train to the end."""
        course = self._course
        centres = torch.from_numpy(people.centres(~people.aside))
        samples = Samples(people, diet, size=course.size, seed=course.seed, first=self.done)
        feed = batches(samples, workers=course.workers)
        with Progress() as bar:
            task = bar.add_task("robust branch", total=course.steps, completed=self.done)
            started, sums = time.monotonic(), Counter[str]()
            for step in range(self.done, course.steps):
                self.branch.backbone.requires_grad_(requires_grad=step >= course.opening)
                # What dropout drops follows from the step, wherever a training was taken up.
                torch.manual_seed((course.seed << 32) + step)
                sums.update(self._step(next(feed), centres, weights, self._schedule[step]))
                sums["steps"] += 1
                self.done = step + 1
                bar.advance(task)
                if self.done % course.keep_every == 0 or self.done == course.steps:
                    self._keep(self.done)
                    seconds = round(time.monotonic() - started)
                    self._log("steps.csv", {"step": self.done, "seconds": seconds, **_means(sums)})
                    started, sums = time.monotonic(), Counter[str]()
                if self.done % course.ask_every == 0 or self.done == course.steps:
                    self._report(self.done, trial.run(self.mean))

    def _step(
        self, batch: Batch, centres: torch.Tensor, weights: Weights, rate: float
    ) -> dict[str, float]:
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["share"]
        crops, faces = (
            each.contiguous(memory_format=torch.channels_last)
            for each in (batch.crops, batch.faces)
        )
        with torch.autocast("cpu", torch.bfloat16, enabled=self._course.precision == "bf16"):
            with torch.no_grad():
                targets = functional.normalize(self._teacher(faces).float())
            answer = self.branch(crops)
        parts = loss(answer, batch, targets, centres, weights)
        self._optimizer.zero_grad(set_to_none=True)
        parts.total.backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_(self.branch.parameters(), 2.5)
        self._optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(
                self.mean.state_dict().values(), self.branch.state_dict().values(), strict=True
            ):
                if slow.dtype.is_floating_point:
                    slow.lerp_(fast, 1 - _DECAY)
                else:
                    slow.copy_(fast)
        return parts.numbers()

    def _keep(self, step: int) -> None:
        self._checkpoint.save(step, optimizer=self._optimizer, branch=self.branch, mean=self.mean)

    def _report(self, step: int, found: Mapping[str, Rates]) -> None:
        for name, rates in found.items():
            numbers = {k: round(v, 5) for k, v in asdict(rates).items() if v is not None}
            self._log("trial.csv", {"step": step, "condition": name} | numbers)

    def _log(self, name: str, row: Mapping[str, object]) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(row))
            if fresh:
                writer.writeheader()
            writer.writerow(row)


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


def _means(sums: Counter[str]) -> dict[str, float]:
    steps = sums.pop("steps")
    return {name: round(value / steps, 4) for name, value in sums.items()}


def _rate(step: int, course: Course) -> float:
    warm = max(1, course.steps // 20)
    if step < warm:
        return course.rate * (step + 1) / warm
    share = (step - warm) / max(1, course.steps - warm)
    return course.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))
