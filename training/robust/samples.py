"""Spoils crops as fast as the network learns from them, in processes of its own."""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from degradations import mix
from faces.patterns import overlaps
from training.faces import Making, nobody
from training.feed import Feed
from training.people import People
from training.robust.loss import UNTOLD, Batch

_MEAN, _SCALE = 127.5, 128.0
"""As `models.toml` says of the backbone."""

_LIKE_A_RECTANGLE = 0.3
"""Least overlap with a pattern: spots all over the face are none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diet:
    """What is shown how often."""

    occlude: float = 0.5
    """Share of crops with something in front of the face."""

    spoil: float = 0.6
    """Share of crops, covered or not, that a camera spoils."""

    grid: int = 5
    """Of the occlusion patterns."""

    making: Making = field(default_factory=Making)
    """What is done to photos before that."""


SHOTS = 2
"""Of each face: what the frozen model says of it is asked once for all."""


class Samples(Feed[Batch]):
    """Faces, each spoiled in several ways."""

    def __init__(self, people: People, diet: Diet, *, size: int, seed: int, first: int = 0) -> None:
        """Draw from the photos that are not kept aside.

        Args:
            people: All of them.
            diet: What is shown how often.
            size: Crops in a batch.
            seed: Of all that is left to chance.
            first: Number of the first batch, for a training that goes on.
        """
        super().__init__(seed=seed, first=first)
        self._people, self._diet = people, diet
        self._size = size
        self._rows = np.flatnonzero(~people.aside)
        self._frontal = np.flatnonzero(~people.aside & ~people.profile)

    def batch(self, generator: np.random.Generator) -> Batch:
        """Make one."""
        diet = self._diet
        faces = np.empty((self._size // SHOTS, 112, 112, 3), np.uint8)
        crops = np.empty((len(faces) * SHOTS, 112, 112, 3), np.uint8)
        patterns = np.empty(len(crops), np.int64)
        ones = generator.choice(self._rows, len(faces), replace=False)
        others = generator.choice(self._frontal, len(faces))
        for place, (one, other) in enumerate(zip(ones, others, strict=True)):
            faces[place] = nobody(self._people, one, other, diet.making, generator)
            for shot in range(SHOTS):
                shown = mix(faces[place], generator, occlude=diet.occlude, spoil=diet.spoil)
                row = place * SHOTS + shot
                crops[row], patterns[row] = shown.crop, _pattern(shown.mask, diet.grid)
        return Batch(
            crops=_values(crops),
            faces=_values(faces),
            of=torch.arange(len(crops)) // SHOTS,
            patterns=torch.from_numpy(patterns),
        )


def _values(crops: NDArray[np.uint8]) -> torch.Tensor:
    return torch.from_numpy((crops.transpose(0, 3, 1, 2) - _MEAN).astype(np.float32) / _SCALE)


def _pattern(mask: NDArray[np.bool_], grid: int) -> int:
    found = overlaps(mask, grid)
    best = int(np.argmax(found))
    return best if found[best] >= _LIKE_A_RECTANGLE else UNTOLD
