"""What a trial puts before a branch: the cases of the goals, and clean crops."""

from collections.abc import Mapping

import numpy as np

from degradations import LADDERS, OCCLUDERS, REGIONS, Crop
from degradations.cause import SIDE
from degradations.occlusions import Mask, Occluded
from training.robust.trial import Spoil


def conditions() -> Mapping[str, Spoil]:
    """By name; the word before a colon is the group that a goal takes the mean of."""
    return {
        "clean": lambda crop, _: Occluded(crop, _nothing()),
        **{f"noise: ISO {iso}": _ladder("iso", iso) for iso in (6400, 12800)},
        **{f"small: {px} px": _ladder("resolution", px) for px in (28, 20, 14)},
        **{f"covered: block {share}": _cover("block", share) for share in (0.1, 0.2, 0.35)},
        **{f"covered: {name}": _cover(name, 1.0) for name in ("surgical mask", "sunglasses")},
        "covered: any region": _any_region,
    }


def _ladder(name: str, severity: float) -> Spoil:
    def spoil(crop: Crop, generator: np.random.Generator) -> Occluded:
        return Occluded(LADDERS[name].apply(crop, severity, generator), _nothing())

    return spoil


def _cover(name: str, severity: float) -> Spoil:
    return lambda crop, generator: OCCLUDERS[name].apply(crop, severity, generator)


def _any_region(crop: Crop, generator: np.random.Generator) -> Occluded:
    name = list(REGIONS)[int(generator.integers(len(REGIONS)))]
    return OCCLUDERS[f"region: {name}"].apply(crop, 1.0, generator)


def _nothing() -> Mask:
    return np.zeros((SIDE, SIDE), dtype=np.bool_)
