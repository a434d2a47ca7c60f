"""Trains an enhancer end to end, for as many steps as asked, and goes on where it was left."""

import copy
import csv
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from rich.progress import Progress
from torch import Tensor, nn

from training.checkpoint import Checkpoint
from training.enhancer.course import Course
from training.enhancer.losses import Weights, loss
from training.enhancer.networks.enhancer import Enhanced, Enhancer
from training.enhancer.opponents import Opponents
from training.enhancer.recognisers import Recogniser
from training.enhancer.samples import Diet, Pairs, Samples, batches
from training.enhancer.trial import Rates, Trial
from training.people import People

_DECAY = 0.998
"""Of the running mean of the weights, which is what is kept in the end."""


class Loop:
    """An enhancer on its way."""

    def __init__(
        self, enhancer: Enhancer, course: Course, folder: Path, opponents: Opponents | None = None
    ) -> None:
        """Take an enhancer; if `folder` holds a training, its state.

        Args:
            enhancer: Is trained in place.
            course: How.
            folder: Of checkpoint and logs.
            opponents: Adversary and VGG, for GPUs; without them if None.
        """
        # Twice as fast on processors.
        self.enhancer = enhancer.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.mean = copy.deepcopy(self.enhancer).requires_grad_(requires_grad=False)
        """The enhancer with the running mean of its weights."""
        self._course, self._folder, self._opponents = course, folder, opponents
        self._optimizer = torch.optim.AdamW(_groups(enhancer))
        self._checkpoint = Checkpoint(folder / "checkpoint.pt")
        self.done = self._checkpoint.load(
            optimizer=self._optimizer, enhancer=self.enhancer, mean=self.mean
        )

    def run(
        self,
        people: People,
        trial: Trial,
        recognisers: Sequence[Recogniser],
        *,
        diet: Diet | None = None,
        weights: Weights | None = None,
    ) -> None:
        """Train to the end."""
        course, weighs = self._course, weights or Weights()
        samples = Samples(people, diet, size=course.size, seed=course.seed, first=self.done)
        feed = batches(samples, workers=course.workers)
        with Progress() as bar:
            task = bar.add_task("enhancer", total=course.steps, completed=self.done)
            started, sums = time.monotonic(), Counter[str]()
            for step in range(self.done, course.steps):
                sums.update(self._step(next(feed), recognisers, weighs, step))
                sums["steps"] += 1
                self.done = step + 1
                bar.advance(task)
                last = self.done == course.steps
                if self.done % course.keep_every == 0 or last:
                    self._keep()
                    seconds = round(time.monotonic() - started)
                    self._log("steps.csv", {"step": self.done, "seconds": seconds, **_means(sums)})
                    started, sums = time.monotonic(), Counter[str]()
                if self.done % course.ask_every == 0 or last:
                    self._report(trial.run(self.mean, course.working(self.done)))

    def _step(
        self, pairs: Pairs, recognisers: Sequence[Recogniser], weights: Weights, step: int
    ) -> dict[str, float]:
        for group in self._optimizer.param_groups:
            group["lr"] = self._course.rate_at(step)
        kind = pairs.spoiled.device.type
        with torch.autocast(kind, torch.bfloat16, enabled=self._course.precision == "bf16"):
            found = self._enhanced(pairs, step)
            parts = loss(found, pairs, recognisers, weights)
            total: Tensor = parts.total
            if self._opponents:
                total = total + self._opponents.against(found.crops, pairs.clean)
        self._optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_(self.enhancer.parameters(), 1.0)
        self._optimizer.step()
        if self._opponents:
            self._opponents.learn(found.crops.detach(), pairs.clean)
        self._follow()
        return parts.numbers()

    def _enhanced(self, pairs: Pairs, step: int) -> Enhanced:
        denoise, resolve = self._course.working(step)
        found: Enhanced = self.enhancer(
            pairs.spoiled, pairs.scale, denoise=denoise, resolve=resolve
        )
        return found

    @torch.no_grad()
    def _follow(self) -> None:
        fast = self.enhancer.state_dict()
        for name, slow in self.mean.state_dict().items():
            slow.lerp_(fast[name], 1 - _DECAY)

    def _keep(self) -> None:
        if self._opponents:
            self._opponents.keep(self.done)
        self._checkpoint.save(
            self.done, optimizer=self._optimizer, enhancer=self.enhancer, mean=self.mean
        )

    def _report(self, found: Mapping[str, Rates]) -> None:
        for name, rates in found.items():
            numbers = {key: round(value, 5) for key, value in asdict(rates).items()}
            self._log("trial.csv", {"step": self.done, "condition": name} | numbers)

    def _log(self, name: str, row: Mapping[str, object]) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(row))
            if fresh:
                writer.writeheader()
            writer.writerow(row)


def _groups(enhancer: Enhancer) -> list[dict[str, object]]:
    # Biases are not pulled to zero.
    thin = [p for p in enhancer.parameters() if p.ndim == 1]
    rest = [p for p in enhancer.parameters() if p.ndim > 1]
    return [{"params": rest, "weight_decay": 1e-4}, {"params": thin, "weight_decay": 0.0}]


def _means(sums: Counter[str]) -> dict[str, float]:
    steps = sums.pop("steps")
    return {name: round(value / steps, 4) for name, value in sums.items()}
