"""The nine region boxes of FROM's tests, filled like blocks.

Given for crops of 112 x 96 (`methods` B.5); our template is the same one, 8 px wider on both
sides, so 8 is added to x.
"""

import functools

import numpy as np

from degradations.cause import Crop
from degradations.occlusions.blocks import boxed
from degradations.occlusions.occluder import Occluded, Occluder

Box = tuple[int, int, int, int]
"""(x0, y0, x1, y1); x1 and y1 excluded."""

REGIONS: dict[str, Box] = {
    "left eye": (18, 30, 58, 70),
    "right eye": (58, 30, 98, 70),
    "both eyes": (18, 30, 98, 70),
    "nose": (42, 48, 70, 86),
    "mouth": (33, 82, 83, 107),
    "lower face": (16, 60, 100, 110),
    "upper face": (16, 8, 100, 72),
    "left half": (16, 8, 58, 100),
    "right half": (58, 8, 100, 100),
}
"""Left and right are those of the picture, not the person's."""


def _fill(box: Box, crop: Crop, _severity: float, generator: np.random.Generator) -> Occluded:
    return boxed(crop, box, generator)


def _one(_generator: np.random.Generator) -> float:
    return 1.0


REGION_OCCLUDERS = tuple(
    Occluder(
        name=f"region: {name}",
        unit="size",
        ladder=(1.0,),
        draw=_one,
        apply=functools.partial(_fill, box),
    )
    for name, box in REGIONS.items()
)
