"""Ways in which crops go bad, for training and for evaluation: numpy and OpenCV, no torch.

`LADDERS` are causes with severities, `OCCLUDERS` are things that cover faces, `mix` draws a
training crop.
"""

from degradations.cause import Cause, Crop
from degradations.mixture import LADDERS, SCENES, Degraded, mix
from degradations.occlusions import OCCLUDERS, REGIONS, THINGS, Mask, Occluded, Occluder

__all__ = [
    "LADDERS",
    "OCCLUDERS",
    "REGIONS",
    "SCENES",
    "THINGS",
    "Cause",
    "Crop",
    "Degraded",
    "Mask",
    "Occluded",
    "Occluder",
    "mix",
]
