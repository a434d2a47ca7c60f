"""Boxes, letterboxes and overlaps: plane geometry, vectorised.

Boxes are rows (x_min, y_min, x_max, y_max) in pixels, half-open.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]
"""Shape (n, 4): x_min, y_min, x_max, y_max."""

Points = NDArray[np.float32]
"""Shape (..., 2): x, y."""

Scores = NDArray[np.float32]
"""Shape (n,), in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """An image scaled to fit the top left corner of a square canvas."""

    side: int
    """Width and height of the canvas in pixels."""

    width: int
    """Width of the scaled image on the canvas."""

    height: int
    """Height of the scaled image on the canvas."""

    scale: float
    """Canvas pixels per image pixel. Range (0, inf)."""

    @classmethod
    def fit(cls, width: int, height: int, sides: tuple[int, ...]) -> Self:
        """Choose the smallest canvas that holds the image unshrunk, else the largest.

        A smaller image is enlarged to fill it: its faces are then as large as they can be.

        Args:
            width: Of the image, at least 1.
            height: Of the image, at least 1.
            sides: The canvases there are. Few, so that many images share a batch.
        """
        longest = max(width, height)
        side = min((s for s in sides if s >= longest), default=max(sides))
        scale = side / longest
        return cls(side, max(1, round(width * scale)), max(1, round(height * scale)), scale)

    def to_image(self, on_canvas: Points) -> Points:
        """Map points of shape (..., 2) from the canvas back to the image."""
        return on_canvas / np.float32(self.scale)


def overlaps(box: NDArray[np.float32], boxes: Boxes) -> Scores:
    """Intersection over union of one box with n others. Range [0, 1]."""
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[2:], boxes[:, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    union = np.prod(box[2:] - box[:2]) + areas - common
    iou: Scores = common / np.maximum(union, np.finfo(np.float32).tiny)
    return iou


def suppress(boxes: Boxes, scores: Scores, *, overlap: float) -> NDArray[np.intp]:
    """Non-maximum suppression: of boxes on one face, keep the most certain.

    Args:
        boxes: Shape (n, 4).
        scores: Shape (n,).
        overlap: Boxes with a larger intersection over union are one face.

    Returns:
        Indices of the boxes that stay, by falling score.
    """
    waiting = np.argsort(-scores, kind="stable")
    kept: list[np.intp] = []
    while waiting.size:
        best, rest = waiting[0], waiting[1:]
        kept.append(best)
        waiting = rest[overlaps(boxes[best], boxes[rest]) <= overlap]
    return np.array(kept, dtype=np.intp)


def by_prominence(boxes: Boxes, *, width: int, height: int) -> NDArray[np.intp]:
    """Order faces as a photographer means them: large ones first, then central ones.

    A box counts its area less twice its squared distance from the image's centre.

    Returns:
        Indices into `boxes`, the most prominent first.
    """
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    away = np.sum((centres - np.array([width / 2, height / 2], dtype=np.float32)) ** 2, axis=1)
    return np.argsort(-(areas - 2 * away), kind="stable")
