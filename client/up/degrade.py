"""Spoils a photo the way a cheap, distant camera at night does. Deterministic."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

SHRINK = 10
"""How many pixels become one. The photo is enlarged again, so that no line of a policy
but the one for quality has reason to refuse it."""

NOISE = 30.0
"""Standard deviation of the sensor noise, in levels of 255."""

BLUR_PX = 2.0
"""Radius of the blur after enlarging."""


def degraded(photo: Path) -> bytes:
    """The photo at its own size, as a JPEG: shrunk, noisy, enlarged, blurred."""
    with Image.open(photo) as image:
        rgb = image.convert("RGB")
    shrunk = rgb.resize(
        (max(1, rgb.width // SHRINK), max(1, rgb.height // SHRINK)), Image.Resampling.BILINEAR
    )
    pixels = np.asarray(shrunk, dtype=np.float64)
    pixels = pixels + np.random.default_rng(0).normal(0.0, NOISE, pixels.shape)
    noisy = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    blurred = noisy.resize(rgb.size, Image.Resampling.BICUBIC).filter(
        ImageFilter.GaussianBlur(BLUR_PX)
    )
    encoded = io.BytesIO()
    blurred.save(encoded, "JPEG", quality=70)
    return encoded.getvalue()
