"""Trains an enhancer end to end, for as many steps as asked, and goes on where it was left."""

import contextlib
import copy
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from training.checkpoint import Checkpoint
from training.enhancer.course import Course
from training.enhancer.losses import Weights, loss
from training.enhancer.networks.enhancer import Enhanced, Enhancer
from training.enhancer.opponents import Opponents
from training.enhancer.recognisers import Recogniser
from training.enhancer.samples import Diet, Pairs, Samples
from training.enhancer.trial import Trial
from training.feed import batches
from training.matching import Matched
from training.people import People
from training.walk import follow, walk


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
        course = self._course
        samples = Samples(people, diet, size=course.size, seed=course.seed, first=self.done)
        self._trial, self._recognisers = trial, recognisers
        self._weights = weights or Weights()
        with contextlib.closing(batches(samples, workers=course.workers)) as self._feed:
            walk("enhancer", self, course, self._folder)

    def step(self) -> dict[str, float]:
        """Learn from one batch."""
        pairs = next(self._feed)
        for group in self._optimizer.param_groups:
            group["lr"] = self._course.rate_at(self.done)
        kind = pairs.spoiled.device.type
        with torch.autocast(kind, torch.bfloat16, enabled=self._course.precision == "bf16"):
            found = self._enhanced(pairs)
            judges = self._recognisers if self.done >= self._course.opening else ()
            parts = loss(found, pairs, judges, self._weights)
            total: Tensor = parts.total
            if self._opponents:
                total = total + self._opponents.against(found.crops, pairs.clean)
        self._optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_(self.enhancer.parameters(), 1.0)
        self._optimizer.step()
        if self._opponents:
            self._opponents.learn(found.crops.detach(), pairs.clean)
        follow(self.mean, self.enhancer)
        self.done += 1
        return parts.numbers()

    def keep(self) -> None:
        """Write all that goes on to disk."""
        if self._opponents:
            self._opponents.keep(self.done)
        self._checkpoint.save(
            self.done, optimizer=self._optimizer, enhancer=self.enhancer, mean=self.mean
        )

    def ask(self) -> dict[str, Matched]:
        """Hold a trial of the running mean, with the parts that are at work by now."""
        return self._trial.run(self.mean, self._course.working(self.done))

    def _enhanced(self, pairs: Pairs) -> Enhanced:
        denoise, resolve = self._course.working(self.done)
        found: Enhanced = self.enhancer(
            pairs.spoiled, pairs.scale, denoise=denoise, resolve=resolve
        )
        return found


def _groups(enhancer: Enhancer) -> list[dict[str, object]]:
    # Biases are not pulled to zero.
    thin = [p for p in enhancer.parameters() if p.ndim == 1]
    rest = [p for p in enhancer.parameters() if p.ndim > 1]
    return [{"params": rest, "weight_decay": 1e-4}, {"params": thin, "weight_decay": 0.0}]
