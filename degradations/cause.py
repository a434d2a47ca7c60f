"""What all causes of a bad crop have in common: a name, a ladder, a seed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Crop = NDArray[np.uint8]
"""Shape (112, 112, 3), BGR, on the five-point template of `faces.alignment`."""

SIDE = 112
"""Pixels across a crop."""

INTER_EYE_PX = 35.24
"""Between the eyes of the template."""

Draw = Callable[[np.random.Generator], float]
"""Picks a severity for training, mild ones included."""

Apply = Callable[[Crop, float, np.random.Generator], Crop]
"""Spoils a crop with a given severity; never changes the crop that it gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One way in which a crop goes bad."""

    name: str
    """Of tables and plots, for example ``iso``."""

    unit: str
    """What a severity counts, for example ``px``."""

    ladder: tuple[float, ...]
    """Severities for evaluation, from mild to severe, in the natural unit."""

    draw: Draw
    """A severity for training."""

    apply: Apply
    """For evaluation: all that the severity does not say is typical."""

    vary: Apply | None = None
    """For training, if it should vary more than `apply`: by processing in the camera, resampling
    and the like."""

    def spoil(self, crop: Crop, generator: np.random.Generator, *, draws: int = 1) -> Crop:
        """Apply a drawn severity, with all the variety that training wants; see `mildest`."""
        return (self.vary or self.apply)(crop, self.mildest(generator, draws), generator)

    def mildest(self, generator: np.random.Generator, draws: int) -> float:
        """The mildest of several severities: causes that come together are milder each."""
        rising = self.ladder[0] < self.ladder[-1]
        severities = [self.draw(generator) for _ in range(draws)]
        return min(severities) if rising else max(severities)


def uniform(low: float, high: float) -> Draw:
    """Every severity from `low` to `high` is as likely."""
    return lambda generator: float(generator.uniform(low, high))


def log_uniform(low: float, high: float) -> Draw:
    """Every doubling from `low` to `high` is as likely."""
    span = np.log(low), np.log(high)
    return lambda generator: float(np.exp(generator.uniform(*span)))


def chance(generator: np.random.Generator, share: float) -> bool:
    """Say yes to this share of the questions."""
    return bool(generator.random() < share)


def pick(generator: np.random.Generator, *shares: float) -> int:
    """Which of the shares it is, counted from 0; one more if it is none of them."""
    return int(np.searchsorted(np.cumsum(shares), generator.random(), side="right"))
