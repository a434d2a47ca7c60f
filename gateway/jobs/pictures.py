"""Pixels on their way to the detector, and crops for people to look at."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from faces.tracking import Box
from gateway.jobs.video import Pixels

_LARGEST = 20 * 2**20
"""Bytes of an encoded picture that the mesh takes (`sureface.type.v1.Image`)."""

_BMP_ROOM = 2**10

_MARGIN = 0.5
"""What a crop shows on each side of a face, in widths and heights of it."""


def encoded(pixels: Pixels) -> bytes:
    """A frame as a picture, without loss if it fits: encoding BMP costs next to nothing."""
    image, buffer = Image.fromarray(pixels), io.BytesIO()
    if pixels.size + _BMP_ROOM + 4 * len(pixels) <= _LARGEST:
        image.save(buffer, "BMP")
        return buffer.getvalue()
    image.save(buffer, "JPEG", quality=95, subsampling=0)
    return buffer.getvalue()


def upright(path: Path) -> Pixels | None:
    """The pixels of a picture as the detector sees them; None if it cannot be read any more."""
    try:
        with Image.open(path) as image:
            return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return None


def crop(pixels: Pixels, box: Box) -> bytes:
    """A face and what is around it, as PNG: what a reviewer looks at, pixel by pixel as it was."""
    left, top, right, bottom = _around(pixels, box)
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels[top:bottom, left:right])).save(buffer, "PNG")
    return buffer.getvalue()


def in_crop(pixels: Pixels, box: Box) -> Box:
    """Where in its crop a face is."""
    left, top, _, _ = _around(pixels, box)
    x_min, y_min, x_max, y_max = box
    return x_min - left, y_min - top, x_max - left, y_max - top


def _around(pixels: Pixels, box: Box) -> tuple[int, int, int, int]:
    height, width = pixels.shape[:2]
    x_min, y_min, x_max, y_max = box
    beside, above = _MARGIN * (x_max - x_min), _MARGIN * (y_max - y_min)
    # Boxes may reach over the edges of the picture.
    left = min(max(0, int(x_min - beside)), width - 1)
    top = min(max(0, int(y_min - above)), height - 1)
    right = min(width, max(left + 1, round(x_max + beside)))
    bottom = min(height, max(top + 1, round(y_max + above)))
    return left, top, right, bottom
