"""Noise of a small sensor, made where it arises: on the raw mosaic, before colours are made.

Raw values vary by ``lambda_s * x + lambda_r``. From ISO: the gain is ``g = ISO / 100``,
``lambda_s = g / F`` and ``lambda_r = (g * sigma_e / F)^2`` with a full well of F = 15,000
electrons and read noise sigma_e = 2.5 electrons (`methods` C.1; at ISO 12800 the signal-to-noise
ratio at 18 % grey is 4). Rows and columns add 0.3 sigma_r, and one pixel of 100,000 is hot.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.cause import Cause, Crop, chance, log_uniform
from degradations.light import pixels
from degradations.raw import develop, mosaic, some_camera

FULL_WELL = 15_000.0
"""Electrons."""

READ_NOISE = 2.5
"""Electrons, standard deviation."""

BANDING = 0.3
"""Of rows and of columns, as a share of the read noise."""

HOT = 1e-5
"""Share of the pixels that always read white."""

FEW = 50.0
"""Electrons below which a Gaussian is no good stand-in for counting."""


def noise_of(iso: float) -> tuple[float, float]:
    """(lambda_s, lambda_r) of raw values in [0, 1]."""
    gain = iso / 100.0
    return gain / FULL_WELL, (gain * READ_NOISE / FULL_WELL) ** 2


def noisy(
    raw: NDArray[np.float32], iso: float, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Count electrons, and read them out: shape and range as given, but noise passes the range."""
    shot, read = noise_of(iso)
    sigma_read = np.float32(read**0.5)
    shape = raw.shape
    spread = np.sqrt(raw * np.float32(shot) + np.float32(read))
    seen = raw + spread * generator.standard_normal(shape, dtype=np.float32)
    few = raw < FEW * shot
    counted = int(np.count_nonzero(few))
    if counted:
        electrons = generator.poisson(raw[few] / shot).astype(np.float32) * np.float32(shot)
        seen[few] = electrons + sigma_read * generator.standard_normal(counted, dtype=np.float32)
    band = np.float32(BANDING) * sigma_read
    seen += band * generator.standard_normal((shape[0], 1), dtype=np.float32)
    seen += band * generator.standard_normal((1, shape[1]), dtype=np.float32)
    for row, column in generator.integers(0, shape, (generator.poisson(HOT * raw.size), 2)):
        seen[row, column] = 1.0
    return np.asarray(seen, dtype=np.float32)


def sense(crop: Crop, iso: float, generator: np.random.Generator) -> Crop:
    """Photograph the crop at `iso` with a camera that leaves the noise alone. Even sides."""
    camera = some_camera(generator)
    return develop(noisy(mosaic(crop, camera), iso, generator), camera)


def sense_and_clean(crop: Crop, iso: float, generator: np.random.Generator) -> Crop:
    """Photograph it with any camera: some are clean up noise, some sharpen, some see no colour."""
    seen = sense(crop, iso, generator)
    if chance(generator, 0.5):
        seen = denoised(seen, iso, generator)
    if chance(generator, 0.3):
        soft = cv2.GaussianBlur(seen, (0, 0), generator.uniform(0.7, 1.5))
        more = generator.uniform(0.3, 1.2)
        seen = pixels(cv2.addWeighted(seen, 1.0 + more, soft, -more, 0.0))
    if chance(generator, 0.05):
        seen = pixels(cv2.cvtColor(cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR))
    return seen


def denoised(crop: Crop, iso: float, generator: np.random.Generator) -> Crop:
    """Clean as cameras do: colour noise nearly all, brightness noise in part, edges stay."""
    luma, red, blue = cv2.split(cv2.cvtColor(crop, cv2.COLOR_BGR2YCrCb))
    range_ = float(np.clip(4.0 + 0.35 * iso**0.5, 6.0, 45.0)) * generator.uniform(0.5, 1.3)
    luma = cv2.bilateralFilter(luma, 5, range_, 2.0)
    size = (0, 0)
    sigma = generator.uniform(0.8, 2.5)
    chroma = [cv2.GaussianBlur(plane, size, sigma) for plane in (red, blue)]
    return pixels(cv2.cvtColor(cv2.merge([luma, *chroma]), cv2.COLOR_YCrCb2BGR))


ISO = Cause(
    name="iso",
    unit="ISO",
    ladder=(100.0, 400.0, 1600.0, 3200.0, 6400.0, 12800.0),
    draw=log_uniform(250.0, 20000.0),
    apply=sense,
    vary=sense_and_clean,
)
