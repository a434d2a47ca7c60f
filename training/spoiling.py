"""Spoils crops as small, noisy faces are, and keeps what is known of it: scale and noise.

`degradations.mix` draws from all that may happen to a face; this draws what enhancement is for,
out of the same causes, in the order of light: lens, pixels, sensor, compression, enlargement.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from degradations import SCENES, Crop
from degradations.blur import DEFOCUS, MOTION
from degradations.cause import SIDE, chance
from degradations.compression import compress_anywhere
from degradations.resolution import downscaled, upscale, upscaled
from degradations.sensor import sense_and_clean

UNKNOWN = float("nan")
"""In place of a noise level: a scene does not say."""

Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """How bad it may get; each doubling of a range is as likely."""

    across: Range
    """Source pixels across the crop."""

    iso: Range
    noisy: float
    """Share of the crops whose sensor is heard."""

    blur: Range
    """Pixels at full size: length of a movement; a disk's radius is a quarter."""

    blurred: float
    quality: Range
    """Of the JPEG."""

    compressed: float
    scene: float
    """Share that one of `degradations.SCENES` spoils in place of all that."""

    strength: Range
    """Of the scene."""


HARD = Severity(
    across=(14.0, 56.0),
    iso=(1600.0, 12800.0),
    noisy=0.9,
    blur=(2.0, 10.0),
    blurred=0.4,
    quality=(12.0, 60.0),
    compressed=0.7,
    scene=0.12,
    strength=(0.7, 1.3),
)
MILD = Severity(
    across=(40.0, 112.0),
    iso=(100.0, 1600.0),
    noisy=0.6,
    blur=(1.5, 4.0),
    blurred=0.2,
    quality=(50.0, 95.0),
    compressed=0.6,
    scene=0.08,
    strength=(0.2, 0.6),
)

_EARLY = 0.5
"""Share of the small faces whose noise and blocks are as small as the sensor saw them; others
come out of scaled video, with those of the full size (as in `degradations.mixture`): who finds a
face there finds a large one, and tells that nothing is missing."""

_MISTOLD = 0.1
"""Share of the former whose scale is told as 1 nevertheless: enlarged before it was sent."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """One crop."""

    crop: Crop
    scale: float
    """Source pixels per pixel of the crop, as a caller would tell it; range (0, 1]."""

    noise: float
    """Standard deviation of what the sensor added to brightness, levels of 255; or `UNKNOWN`."""


def spoiled(crop: Crop, generator: np.random.Generator, severity: Severity) -> Spoiled:
    """Spoil a crop, which is left as it is; the same state of the generator, the same bytes."""
    if chance(generator, severity.scene):
        cause = SCENES[int(generator.integers(len(SCENES)))]
        seen = cause.apply(crop, _drawn(generator, severity.strength), generator)
        return Spoiled(seen, 1.0, UNKNOWN)
    if chance(generator, severity.blurred):
        length = _drawn(generator, severity.blur)
        cause, amount = (MOTION, length) if chance(generator, 0.5) else (DEFOCUS, length / 4)
        crop = (cause.vary or cause.apply)(crop, amount, generator)
    small = downscaled(crop, _drawn(generator, severity.across))
    scale = small.shape[1] / SIDE
    how, early = upscale(generator), chance(generator, _EARLY)
    before = small if early else upscaled(small, how)
    seen, quiet = before, before
    if chance(generator, severity.noisy):
        seen = sense_and_clean(before, _drawn(generator, severity.iso), generator)
    noise = _heard(upscaled(seen, how), upscaled(quiet, how))
    if chance(generator, severity.compressed):
        seen = compress_anywhere(seen, _drawn(generator, severity.quality), generator)
    told = 1.0 if not early or chance(generator, _MISTOLD) else scale
    return Spoiled(upscaled(seen, how), told, noise)


def _drawn(generator: np.random.Generator, span: Range) -> float:
    low, high = np.log(span)
    return float(np.exp(generator.uniform(low, high)))


def _heard(seen: Crop, quiet: Crop) -> float:
    """Of brightness: a sensor that sees no colour is no noisier."""
    grey = [cv2.cvtColor(each, cv2.COLOR_BGR2GRAY).astype(np.float32) for each in (seen, quiet)]
    return float((grey[0] - grey[1]).std())
