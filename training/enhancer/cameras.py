"""Cameras that do not exist, to measure adapters by: each spoils everything in its own one way."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from degradations import Crop
from degradations.blur import DEFOCUS, MOTION
from degradations.compression import compress_anywhere
from degradations.light import pixels
from degradations.raw import develop, mosaic, some_camera
from degradations.resolution import downscaled, upscaled
from degradations.sensor import denoised, noisy
from training.enhancer.frames import Shots
from training.enhancer.samples import tensors

_LOOKS = 5
"""Seed of what belongs to a camera and never changes, such as its colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCamera:
    """One of them, and how far away the faces are."""

    name: str
    across: tuple[float, float]
    """Source pixels across the crop, drawn anew for each face."""

    iso: float
    quality: float
    """Of its JPEGs."""

    enlarged: bool = False
    """Whether frames are scaled up before the noise comes about: its faces tell scale 1."""

    defocus: float = 0.0
    """Pixels at full size, the radius of a disk; its lens is out of focus."""

    motion: float = 0.0
    """Pixels at full size; it shakes."""

    cleaned: bool = False
    """Whether it smooths noise away itself."""

    grey: bool = False
    """Whether it sees no colour."""

    def shoot(self, crop: Crop, generator: np.random.Generator) -> tuple[Crop, float]:
        """Photograph a crop; returns it, and the scale that a detector would tell."""
        if self.defocus:
            crop = DEFOCUS.apply(crop, self.defocus, generator)
        if self.motion:
            crop = MOTION.apply(crop, self.motion, generator)
        seen = downscaled(crop, generator.uniform(*self.across))
        scale = 1.0 if self.enlarged else seen.shape[1] / crop.shape[1]
        if self.enlarged:
            seen = upscaled(seen, cv2.INTER_CUBIC)
        colours = some_camera(np.random.default_rng(_LOOKS))
        seen = develop(noisy(mosaic(seen, colours), self.iso, generator), colours)
        if self.cleaned:
            seen = denoised(seen, self.iso, np.random.default_rng(_LOOKS))
        if self.grey:
            seen = pixels(cv2.cvtColor(cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR))
        seen = compress_anywhere(seen, self.quality, generator)
        return upscaled(seen, cv2.INTER_CUBIC), scale

    def shots(self, crops: Sequence[Crop], *, seed: int) -> Shots:
        """Photograph some."""
        generator = np.random.default_rng(seed)
        made = [self.shoot(crop, generator) for crop in crops]
        return Shots(
            tensors([crop for crop, _ in made]),
            torch.tensor([scale for _, scale in made], dtype=torch.float32),
        )


CAMERAS = (
    MadeCamera(name="far gate at night", across=(34.0, 48.0), iso=9000.0, quality=35.0),
    MadeCamera(
        name="enlarged old video",
        across=(34.0, 48.0),
        iso=1600.0,
        quality=18.0,
        enlarged=True,
        defocus=1.5,
    ),
    MadeCamera(
        name="grey, smoothed, shaking",
        across=(40.0, 56.0),
        iso=6400.0,
        quality=45.0,
        motion=4.0,
        cleaned=True,
        grey=True,
    ),
)
"""Between the eyes, 48 pixels across are 15."""
