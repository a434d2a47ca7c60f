"""A probe photographed from far away: lens, pixels, sensor, compression, enlargement.

Two kinds. A *far* face is small in the frame: noise and blocks are of its few pixels, and the
detector tells how many there were. *Enlarged* video was scaled up before its noise and its blocks
came about: the detector finds a large face, and tells that nothing is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from degradations import Crop
from degradations.blur import DEFOCUS, MOTION
from degradations.cause import SIDE, chance, log_uniform
from degradations.compression import compress_anywhere
from degradations.resolution import downscaled, upscaled
from degradations.sensor import sense, sense_and_clean

SHARP = 0.0
"""No movement of the camera."""

NOT_COMPRESSED = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """How one probe is photographed."""

    across: float
    """Source pixels across the crop."""

    iso: float

    motion: float = SHARP
    """Pixels at full size, along a line."""

    defocus: float = SHARP
    """Pixels at full size, the radius of a disk."""

    quality: float | None = NOT_COMPRESSED
    """Of the JPEG."""

    enlarged: bool = False
    """Whether noise and blocks are of the full size, and the scale is told as 1."""

    any_camera: bool = False
    """Whether the camera may clean up noise, sharpen, or see no colour."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A spoiled crop."""

    crop: Crop

    scale: float
    """Source pixels per pixel of the crop, as the detector would tell; range (0, 1]."""

    across: float
    """Source pixels across; NaN where a scene does not say."""


def take(crop: Crop, shot: Shot, generator: np.random.Generator) -> Taken:
    """Photograph a crop, which is left as it is."""
    if shot.motion:
        crop = MOTION.apply(crop, shot.motion, generator)
    if shot.defocus:
        crop = DEFOCUS.apply(crop, shot.defocus, generator)
    seen = downscaled(crop, shot.across)
    across = seen.shape[1]
    if shot.enlarged:
        seen = upscaled(seen, cv2.INTER_CUBIC)
    scale = seen.shape[1] / SIDE
    seen = (sense_and_clean if shot.any_camera else sense)(seen, shot.iso, generator)
    if shot.quality is not None:
        seen = compress_anywhere(seen, shot.quality, generator)
    return Taken(upscaled(seen, cv2.INTER_CUBIC), scale, across)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """Shots drawn at random; each doubling of a range is as likely."""

    across: tuple[float, float]
    iso: tuple[float, float]

    blur: tuple[float, float]
    """Pixels at full size: length of a movement; a disk's radius is a quarter. As likely."""

    blurred: float
    """Share of the shots."""

    quality: tuple[float, float]
    compressed: float
    """Share of the shots."""

    enlarged: float
    """Share of the shots."""

    def draw(self, generator: np.random.Generator) -> Shot:
        """One of them."""
        blur = log_uniform(*self.blur)(generator) if chance(generator, self.blurred) else SHARP
        moved = chance(generator, 0.5)
        return Shot(
            across=log_uniform(*self.across)(generator),
            iso=log_uniform(*self.iso)(generator),
            motion=blur if moved else SHARP,
            defocus=SHARP if moved else blur / 4,
            quality=(
                log_uniform(*self.quality)(generator)
                if chance(generator, self.compressed)
                else NOT_COMPRESSED
            ),
            enlarged=chance(generator, self.enlarged),
            any_camera=True,
        )


Take = Callable[[Crop, np.random.Generator], Taken]
"""Spoils one crop, which is left as it is."""
