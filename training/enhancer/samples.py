"""Pairs of spoiled and clean crops, drawn ahead in processes of their own."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from degradations import Crop
from training.faces import Making, nobody
from training.feed import Feed
from training.people import People
from training.spoiling import HARD, MILD, Severity, spoiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Diet:
    """What is shown how often."""

    mild: float = 0.25
    """Share of the crops that are spoiled a little."""

    clean: float = 0.05
    """Share of the crops that are not spoiled at all: they are to be left alone."""

    making: Making = field(default_factory=lambda: Making(join=0.3))
    """What is done to photos before that: detail is to be learned of faces, not of 502 people."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """A batch; the first axis is the crop everywhere."""

    spoiled: Tensor
    """Shape (n, 3, 112, 112), BGR, range [0, 1]."""

    clean: Tensor
    """The same crops as they were."""

    scale: Tensor
    """Shape (n,): source pixels per pixel of the crop, range (0, 1]."""

    noise: Tensor
    """Shape (n,): of the spoiled crops, levels of 255; NaN where it is not known."""

    persons: Tensor
    """Shape (n,), int64: who it is, or who gave the larger part of the face."""


class Samples(Feed[Pairs]):
    """Faces, each spoiled once."""

    def __init__(
        self, people: People, diet: Diet | None = None, *, size: int, seed: int, first: int = 0
    ) -> None:
        """Draw from the photos that are not kept aside.

        Args:
            people: All of them.
            diet: What is shown how often.
            size: Crops in a batch.
            seed: Of all that is left to chance.
            first: Number of the first batch, for a training that goes on.
        """
        super().__init__(seed=seed, first=first)
        self._people, self._diet = people, diet or Diet()
        self._size = size
        self._rows = np.flatnonzero(~people.aside)
        self._frontal = np.flatnonzero(~people.aside & ~people.profile)

    def batch(self, generator: np.random.Generator) -> Pairs:
        """Make one."""
        rows = generator.choice(self._rows, self._size, replace=False)
        clean, seen = [], []
        scale, noise = np.ones(self._size, np.float32), np.zeros(self._size, np.float32)
        others = generator.choice(self._frontal, self._size)
        for place, (row, other) in enumerate(zip(rows, others, strict=True)):
            crop = nobody(self._people, row, other, self._diet.making, generator)
            severity = self._severity(generator)
            clean.append(crop)
            if severity is None:
                seen.append(crop)
                continue
            made = spoiled(crop, generator, severity)
            seen.append(made.crop)
            scale[place], noise[place] = made.scale, made.noise
        return Pairs(
            spoiled=tensors(seen),
            clean=tensors(clean),
            scale=torch.from_numpy(scale),
            noise=torch.from_numpy(noise),
            persons=torch.from_numpy(self._people.person[rows]),
        )

    def _severity(self, generator: np.random.Generator) -> Severity | None:
        drawn = generator.random()
        if drawn < self._diet.clean:
            return None
        return MILD if drawn < self._diet.clean + self._diet.mild else HARD


def tensors(crops: list[Crop]) -> Tensor:
    """As every network here takes them: shape (n, 3, 112, 112), range [0, 1], channels last."""
    values = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float() / 255.0
    return values.contiguous(memory_format=torch.channels_last)
