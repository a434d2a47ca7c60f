"""Whatever a picture's pixels are, as upright RGB of 8 bits."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

_GREY_16 = frozenset({"I;16", "I;16L", "I;16B"})

MODES = _GREY_16 | {"1", "L", "LA", "La", "P", "PA", "RGB", "RGBX", "RGBA", "RGBa", "CMYK", "YCbCr"}
"""Modes of Pillow whose values have an agreed meaning. ``I`` and ``F`` (32-bit integers
and floats) do not say what white is."""

_BACKGROUND = (128, 128, 128, 255)
"""Stands behind transparent pixels. Mid-grey, because no hair and no skin ends in a hard
edge on it, as they may on black or white; what is stored there is often garbage."""


def rgb(image: Image.Image) -> NDArray[np.uint8]:
    """Convert a loaded image to shape (height, width, 3); read-only if nothing was to do.

    CMYK is converted without its colour profile: good enough to recognize, not to print.
    """
    if image.mode in _GREY_16:
        return _spread(_high(np.asarray(image)))
    if image.has_transparency_data:
        backdrop = Image.new("RGBA", image.size, _BACKGROUND)
        backdrop.alpha_composite(image.convert("RGBA"))
        image = backdrop
    if image.mode == "L":
        return _spread(np.asarray(image))
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _high(grey: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Scale 16 bits to 8, rounded: 65535 is 255. Pillow itself would clip at 255."""
    return np.asarray(cv2.convertScaleAbs(grey.astype(np.uint16), alpha=1 / 257), dtype=np.uint8)


def _spread(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), dtype=np.uint8)


def orientation(image: Image.Image) -> int:
    """Read the EXIF orientation, 1 to 8. Broken EXIF says nothing: 1."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001  # foreign bytes in foreign code, and not what was asked for
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1  # noqa: PLR2004  # as above


def upright(pixels: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    """Undo an EXIF orientation."""
    if turn >= 5:  # noqa: PLR2004  # from here on rows and columns are swapped
        pixels = np.asarray(cv2.transpose(pixels), dtype=np.uint8)
    # What is left is a mirroring: of columns (1), rows (0) or both (-1).
    flip = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}.get(turn)
    if flip is not None:
        pixels = np.asarray(cv2.flip(pixels, flip), dtype=np.uint8)
    return pixels
