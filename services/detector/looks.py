"""Where to look a second time, and what to believe then.

Networks place landmarks best on faces of middling size on the canvas (`Network.good_px`),
and may miss a face that fills it. So a face of another size is looked at again, zoomed
until it has a good one, and if the first look is not sure of anything, the whole picture
is seen smaller.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.geometry import Letterbox, by_prominence, overlaps
from services.detector import canvas
from services.detector.decode import Pixels
from services.detector.port import Canvas, Detections

ZOOM_PX = 208
"""How large a face becomes for its second look: good for both networks."""

SURE = 0.8
"""A first look with no score as high may have missed a face that fills the canvas."""

SAME_FACE = 0.3
"""Least intersection over union of a face's box at its first and second look."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture, as it lies on a canvas."""

    left: int
    """First column."""

    top: int
    """First row."""

    right: int
    """Column behind the last one."""

    bottom: int
    """Row behind the last one."""

    fit: Letterbox
    """How this part is scaled to its canvas."""

    def paint(self, pixels: Pixels) -> Canvas:
        """Draw this part of `pixels`."""
        return canvas.paint(pixels[self.top : self.bottom, self.left : self.right], self.fit)

    def to_picture(self, seen: Detections) -> Detections:
        """Map detections from the canvas to the picture."""
        corner = np.array([self.left, self.top], dtype=np.float32)
        boxes = self.fit.to_image(seen.boxes.reshape(-1, 2, 2)) + corner
        landmarks = self.fit.to_image(seen.landmarks) + corner
        return Detections(boxes.reshape(-1, 4), landmarks, seen.scores)


def whole(width: int, height: int, sides: tuple[int, ...]) -> Region:
    """All of a picture."""
    return Region(0, 0, width, height, Letterbox.fit(width, height, sides))


def again(
    first: Region, found: Detections, *, sides: tuple[int, ...], good_px: tuple[int, int], most: int
) -> tuple[list[Region], NDArray[np.intp]]:
    """Plan second looks.

    Args:
        first: The whole picture, as it was seen.
        found: What was seen, in pixels of the picture.
        sides: The canvases there are, rising.
        good_px: Of the network.
        most: Faces that get a second look, the most prominent ones.

    Returns:
        What to look at, and which faces of `found` the first of these regions are about.
        Further regions show the whole picture, smaller.
    """
    width, height = first.right, first.bottom
    lengths = np.max(found.boxes[:, 2:] - found.boxes[:, :2], axis=1, initial=0)
    on_canvas = lengths * first.fit.scale
    poor = (on_canvas < good_px[0]) | (on_canvas > good_px[1])
    order = by_prominence(found.boxes, width=width, height=height)[:most]
    rows = order[poor[order]]
    regions = [around(found.boxes[row], width, height, side=sides[0]) for row in rows]
    if not np.any(found.scores >= SURE):
        smaller = [side for side in sides if side < first.fit.side]
        regions += [whole(width, height, (side,)) for side in smaller]
    return regions, rows


def around(box: NDArray[np.float32], width: int, height: int, *, side: int) -> Region:
    """Zoom until a face is `ZOOM_PX` large, or all of the picture is seen."""
    scale = ZOOM_PX / max(1.0, float(np.max(box[2:] - box[:2])))
    x, y = ((box[:2] + box[2:]) / 2).tolist()
    x, y = min(max(x, 0), width), min(max(y, 0), height)
    reach = max(1.0, side / scale / 2)
    left, top = math.floor(max(0, x - reach)), math.floor(max(0, y - reach))
    right, bottom = math.ceil(min(width, x + reach)), math.ceil(min(height, y + reach))
    longest = max(right - left, bottom - top)
    # A part that is cut by the picture's edge could be zoomed further; it should not be.
    scale = min(scale, side / longest)
    width_there, height_there = (max(1, round(n * scale)) for n in (right - left, bottom - top))
    fit = Letterbox(side, width_there, height_there, scale)
    return Region(left, top, right, bottom, fit)


def revise(found: Detections, rows: NDArray[np.intp], seen: list[Detections]) -> Detections:
    """Take over what second looks show better.

    Args:
        found: The first look.
        rows: The faces that the first of `seen` are about.
        seen: The second looks, in pixels of the picture; those beyond `rows` show all of it.

    Returns:
        Distinct faces. None of `found` is lost, unless it turns out to be another's double.
    """
    boxes, landmarks, scores = found.boxes.copy(), found.landmarks.copy(), found.scores.copy()
    for row, look in zip(rows, seen, strict=False):
        alike = overlaps(boxes[row], look.boxes)
        if alike.size and (best := int(np.argmax(alike))) >= 0 and alike[best] >= SAME_FACE:
            boxes[row], landmarks[row] = look.boxes[best], look.landmarks[best]
            scores[row] = max(scores[row], look.scores[best])
    parts = [Detections(boxes, landmarks, scores), *seen[len(rows) :]]
    return Detections(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.landmarks for part in parts]),
        np.concatenate([part.scores for part in parts]),
    ).distinct()
