"""What probes go through, by name, and which of it the goals speak of."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from degradations import LADDERS, OCCLUDERS, REGIONS, Crop, Mask, mix

SEED = 41
"""Of all conditions: the same pixels for every model and every run."""

Apply = Callable[[Crop, np.random.Generator], tuple[Crop, Mask | None]]
"""To a spoiled crop, and what then hides the face, if anything does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One way to spoil probes."""

    name: str
    """Of tables, for example ``iso 6400`` or ``block 0.2``."""

    ladder: str
    """The cause or the thing, for example ``iso``."""

    severity: float
    """The rung, in the ladder's own unit."""

    apply: Apply
    """Spoils one crop."""

    def spoil(self, crops: NDArray[np.uint8], *, shot: int = 0) -> tuple[NDArray[np.uint8], Mask]:
        """Spoil crops (n, 112, 112, 3), each with a seed of its own.

        Args:
            crops: Left unchanged.
            shot: Another number is another shot of the same scene.

        Returns:
            Spoiled crops, and masks of shape (n, 112, 112).
        """
        made = [
            self.apply(crop, generator(self.name, row, shot=shot)) for row, crop in enumerate(crops)
        ]
        masks = np.zeros(crops.shape[:3], dtype=np.bool_)
        for row, (_, mask) in enumerate(made):
            if mask is not None:
                masks[row] = mask
        return np.stack([crop for crop, _ in made]), masks


def generator(name: str, row: int, *, shot: int = 0) -> np.random.Generator:
    """What is left to chance of one probe under the condition `name`."""
    return np.random.default_rng([SEED, zlib.crc32(name.encode()), shot, row])


def rungs() -> list[Condition]:
    """Every rung of every cause."""
    return [
        Condition(name=f"{name} {step:g}", ladder=name, severity=step, apply=_cause(name, step))
        for name, cause in LADDERS.items()
        for step in cause.ladder
    ]


def coverings() -> list[Condition]:
    """Every rung of everything that hides faces."""
    return [
        Condition(
            name=f"{name} {step:g}" if len(thing.ladder) > 1 else name,
            ladder=name,
            severity=step,
            apply=_thing(name, step),
        )
        for name, thing in OCCLUDERS.items()
        for step in thing.ladder
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """A set of mixed degradations: how often something is in front of a face, and how often a
    camera spoils it (`degradations.mix`).
    """

    occlude: float
    spoil: float

    draws: int
    """Of each probe."""


MIXTURES: Mapping[str, Mixture] = {
    "everyday": Mixture(occlude=0.2, spoil=0.4, draws=4),
    "harsh": Mixture(occlude=0.5, spoil=0.6, draws=2),
    "clean": Mixture(occlude=0.0, spoil=0.0, draws=1),
}
"""Goals are set on the everyday one: half of its probes are left as they are (`methods` A.7). The
harsh one is that of training and is reported beside it: a third of its comparisons fail, so that
leaving out three of ten helps little, whoever chooses them."""


def drawn(name: str) -> list[Condition]:
    """The draws of one set."""
    how = MIXTURES[name]

    def apply(crop: Crop, generator: np.random.Generator) -> tuple[Crop, Mask | None]:
        made = mix(crop, generator, occlude=how.occlude, spoil=how.spoil)
        return made.crop, made.mask

    return [
        Condition(name=f"{name} {number}", ladder=name, severity=number, apply=apply)
        for number in range(how.draws)
    ]


def _cause(name: str, step: float) -> Apply:
    return lambda crop, generator: (LADDERS[name].apply(crop, step, generator), None)


def _thing(name: str, step: float) -> Apply:
    def apply(crop: Crop, generator: np.random.Generator) -> tuple[Crop, Mask | None]:
        covered = OCCLUDERS[name].apply(crop, step, generator)
        return covered.crop, covered.mask

    return apply


_MASKS = ("surgical mask", "N95", "cloth mask", "respirator")
_GLASSES = ("sunglasses", "eyeglasses", "sleep mask")

OCCLUDED: Mapping[str, tuple[str, ...]] = {
    "block 10 %": ("block 0.1",),
    "block 20 %": ("block 0.2",),
    "block 35 %": ("block 0.35",),
    "masks": tuple(f"{name} 1" for name in _MASKS),
    "glasses": tuple(f"{name} 1" for name in _GLASSES),
    "regions": tuple(f"region: {name}" for name in REGIONS),
}
"""Groups of conditions whose means have one goal: occluded FNMR, each group weighing the same."""

SPOILED: Mapping[str, tuple[str, ...]] = {
    "ISO 6400": ("iso 6400",),
    "ISO 12800": ("iso 12800",),
    "28 px": ("resolution 28",),
    "20 px": ("resolution 20",),
    "14 px": ("resolution 14",),
}
"""The same for noise and low resolution."""
