"""Sets of probes with and without enhancement: three are drawn at random, one is clean."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from degradations import Crop
from degradations.cause import SIDE
from degradations.resolution import across_from_inter_eye, inter_eye_from_across
from evaluation.conditions import generator
from evaluation.enhancement.shots import Mixture, Take, Taken, take
from evaluation.logistic import Events

LOW, ANY, LIGHT, CLEAN = "low quality", "any size", "lightly degraded", "clean"

MIXTURES: Mapping[str, Mixture] = {
    LOW: Mixture(
        across=(14.0, 28.0),
        iso=(3200.0, 12800.0),
        blur=(2.0, 8.0),
        blurred=0.4,
        quality=(20.0, 80.0),
        compressed=0.7,
        enlarged=0.5,
    ),
    ANY: Mixture(
        across=(14.0, 112.0),
        iso=(400.0, 12800.0),
        blur=(2.0, 8.0),
        blurred=0.4,
        quality=(20.0, 80.0),
        compressed=0.7,
        enlarged=0.0,
    ),
    LIGHT: Mixture(
        across=(64.0, 112.0),
        iso=(100.0, 800.0),
        blur=(1.5, 2.5),
        blurred=0.2,
        quality=(70.0, 95.0),
        compressed=0.7,
        enlarged=0.5,
    ),
}
"""Goals are set on the first one, on the last one, and on clean probes. `ANY` fills the bins of the
distance between the eyes."""

BINS: Mapping[str, tuple[float, float]] = {
    "≤ 8 px": (0.0, 8.0),
    "8 to 12 px": (8.0, 12.0),
    "12 to 16 px": (12.0, 16.0),
    "16 to 24 px": (16.0, 24.0),
    "> 24 px": (24.0, float("inf")),
}
"""Between the eyes in the source: above the first number, at most the second one."""

FAR, ENLARGED = "low quality, small in the frame", "low quality, enlarged before it was sent"
"""Halves of the first set: noise and blocks of the few pixels of the face, or of the many of its
enlarged picture."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """Probes; the first axis is the probe everywhere."""

    crops: NDArray[np.uint8]
    """Shape (n, 112, 112, 3), BGR."""

    scale: NDArray[np.float32]
    """Shape (n,), range (0, 1]: as the detector would tell."""

    across: NDArray[np.float64]
    """Shape (n,): source pixels across; NaN where a scene does not say."""

    def within(self, low: float, high: float) -> NDArray[np.bool_]:
        """Whose eyes are so many pixels apart in the source: above `low`, at most `high`."""
        eyes = inter_eye_from_across(1.0) * self.across
        return np.asarray((eyes > low) & (eyes <= high))

    def parts(self, name: str) -> dict[str, Events]:
        """What the set `name` is told apart by: halves of `LOW`, bins of `ANY`."""
        if name == LOW:
            return {FAR: self.scale < 1, ENLARGED: self.scale == 1}
        if name == ANY:
            return {each: self.within(*span) for each, span in BINS.items()}
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One way to spoil probes."""

    name: str
    """Of tables, for example ``28 px, ISO 3200``."""

    group: str
    """Of tables: what it is a rung of."""

    take: Take

    def spoil(self, crops: NDArray[np.uint8]) -> Spoiled:
        """Spoil crops (n, 112, 112, 3), each with a seed of its own; they are left unchanged."""
        made = [self.take(crop, generator(self.name, row)) for row, crop in enumerate(crops)]
        return Spoiled(
            np.stack([each.crop for each in made]),
            np.array([each.scale for each in made], dtype=np.float32),
            np.array([each.across for each in made], dtype=np.float64),
        )


def sets() -> list[Setting]:
    """Mixtures, and probes as they are."""
    drawn = [mixed(name, how) for name, how in MIXTURES.items()]
    return [*drawn, Setting(name=CLEAN, group=CLEAN, take=_as_it_is)]


def mixed(name: str, how: Mixture) -> Setting:
    """A set of that name."""
    return Setting(
        name=name, group=name, take=lambda crop, chance: take(crop, how.draw(chance), chance)
    )


def seen_from(least_px: float) -> Mixture:
    """`ANY` without the faces that a scene refuses: whose eyes are nearer than that."""
    least = min(across_from_inter_eye(least_px), float(SIDE))
    return replace(MIXTURES[ANY], across=(least, float(SIDE)))


def _as_it_is(crop: Crop, _chance: np.random.Generator) -> Taken:
    return Taken(crop, 1.0, float(SIDE))
