"""Pictures of any size on canvases of few sizes, so that strangers' pictures share a batch."""

import cv2
import numpy as np

from faces.geometry import Letterbox
from services.detector.decode import Pixels
from services.detector.port import Canvas


def paint(pixels: Pixels, fit: Letterbox) -> Canvas:
    """Scale a picture into the top left corner of a black canvas.

    Whole factors are averaged first; the rest, less than 2, is interpolated. This aliases
    no more than averaging by the whole factor, and takes a fraction of the time.
    """
    small = reduce(pixels, int(1 / fit.scale))
    scaled = cv2.resize(small, (fit.width, fit.height), interpolation=cv2.INTER_LINEAR)
    canvas: Canvas = np.zeros((3, fit.side, fit.side), dtype=np.uint8)
    for plane, channel in zip(canvas, cv2.split(scaled), strict=True):
        plane[: fit.height, : fit.width] = channel
    return canvas


def reduce(pixels: Pixels, factor: int) -> Pixels:
    """Average blocks of `factor` x `factor` pixels; below 2 there is nothing to do.

    Rows and columns that fill no block are left out: OpenCV is fast for exact factors only.
    """
    height, width = (length // factor if factor else 0 for length in pixels.shape[:2])
    if factor < 2 or not (height and width):  # noqa: PLR2004  # as documented
        return pixels
    whole = pixels[: height * factor, : width * factor]
    reduced = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(reduced, dtype=np.uint8)
