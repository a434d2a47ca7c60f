"""JPEG with 4:2:0 chroma, as cameras and messengers write it.

Qualities are those of libjpeg; 30 to 95 are photos, 15 to 50 is CCTV (`methods` C.1).
"""

import cv2
import numpy as np

from degradations.cause import Cause, Crop, log_uniform
from degradations.light import pixels

BLOCK = 16
"""Pixels of a block of colour with 4:2:0."""


def compress(crop: Crop, quality: float, _generator: np.random.Generator | None = None) -> Crop:
    """Write and read a JPEG of `quality`, of pixels of any size."""
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        round(quality),
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    ]
    _, coded = cv2.imencode(".jpg", crop, options)
    return pixels(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)))


def compress_anywhere(crop: Crop, quality: float, generator: np.random.Generator) -> Crop:
    """Compress as part of a larger picture, whose blocks need not begin where the crop does."""
    left, top = (int(cut) for cut in generator.integers(0, BLOCK, 2))
    height, width = crop.shape[:2]
    framed = cv2.copyMakeBorder(crop, top, BLOCK, left, BLOCK, cv2.BORDER_REFLECT_101)
    framed = pixels(framed[: top + height + 1, : left + width + 1])
    return np.ascontiguousarray(compress(framed, quality)[top : top + height, left : left + width])


COMPRESSION = Cause(
    name="jpeg",
    unit="quality",
    ladder=(80.0, 50.0, 30.0, 20.0, 10.0, 5.0),
    draw=log_uniform(7.0, 80.0),
    apply=compress,
    vary=compress_anywhere,
)
