"""Enhanced crops for people to look at, so marked that nobody takes one for a photograph."""

import struct
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from services.enhancer.model import Crop

WORDS = "enhanced - not evidence"
"""Burnt into the pixels, and in a text chunk."""

SIDE = 336
"""Pixels of a side: three times the crop's, so that words and face are both legible."""

BASELINES = (20, SIDE // 2 + 5, SIDE - 12)
"""Rows of the words. One goes through the middle: no cut that keeps the face loses them all."""

_FONT, _SIZE = cv2.FONT_HERSHEY_SIMPLEX, 0.8
_EDGE = [(x, y) for x in (-2, 0, 2) for y in (-2, 0, 2) if x or y]
_SIGNATURE_AND_HEADER_BYTES = 8 + 25


def image(crop: Crop) -> bytes:
    """Encode a crop as a PNG of `SIDE` x `SIDE` pixels that says what it is."""
    large = cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    _, encoded = cv2.imencode(".png", marked(np.asarray(large, dtype=np.uint8))[..., ::-1])
    png = encoded.tobytes()
    # The text comes first of all: right behind the header.
    cut = _SIGNATURE_AND_HEADER_BYTES
    return png[:cut] + _text("Comment", WORDS) + _text("Title", WORDS) + png[cut:]


def marked(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Burn the words in, white on black edges; `pixels`, RGB and `SIDE` wide, are left alone."""
    (width, _), _ = cv2.getTextSize(WORDS, _FONT, _SIZE, 1)
    left = (SIDE - width) // 2
    burnt = pixels.copy()
    for row in BASELINES:
        # An edge of the same letters, moved about: thicker ones would be wider, too.
        for right, down in (*_EDGE, (0, 0)):
            colour = (0, 0, 0) if right or down else (255, 255, 255)
            place = left + right, row + down
            cv2.putText(burnt, WORDS, place, _FONT, _SIZE, colour, 1, lineType=cv2.LINE_AA)
    return burnt


def _text(key: str, value: str) -> bytes:
    """A tEXt chunk, as in the PNG specification, section 11.3."""
    body = b"tEXt" + key.encode("latin-1") + b"\0" + value.encode("latin-1")
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
