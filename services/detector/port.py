"""The port to the network: canvases in, faces on them out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from faces.geometry import Boxes, Points, Scores, suppress

Canvas = NDArray[np.uint8]
"""Shape (3, side, side): RGB planes of a letterboxed picture, black where none is."""

FACE_OVERLAP = 0.3
"""Boxes with a larger intersection over union are one face: what both networks were
published with."""

MOST_CANDIDATES = 1000
"""Boxes that enter suppression, the most certain first: ten for each face that a call can
return. A caller who asks for everything must not make the others wait."""


@dataclass(frozen=True, slots=True)
class Detections:
    """Faces of one picture, the most certain first."""

    boxes: Boxes
    """Shape (n, 4), not clipped."""

    landmarks: Points
    """Shape (n, 5, 2): right eye, left eye, nose tip, right and left corner of the mouth."""

    scores: Scores
    """Shape (n,), in [0, 1]."""

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, rows: NDArray[np.intp]) -> Self:
        """Select and order faces by their index."""
        return type(self)(self.boxes[rows], self.landmarks[rows], self.scores[rows])

    def distinct(self) -> Self:
        """Of candidates on one face, keep the most certain."""
        best = np.argsort(-self.scores, kind="stable")[:MOST_CANDIDATES]
        candidates = self.take(best)
        return candidates.take(suppress(candidates.boxes, candidates.scores, overlap=FACE_OVERLAP))


class Network(Protocol):
    """Finds faces on canvases. Never called from two threads at once."""

    good_px: tuple[int, int]
    """Longer sides of a box on the canvas between which landmarks are at their best."""

    def detect(self, canvases: Sequence[Canvas], min_scores: Sequence[float]) -> list[Detections]:
        """Find the faces of a batch.

        Args:
            canvases: At least one, all of one side, a multiple of 32.
            min_scores: The least score of a face, for each canvas. Range [0, 1].

        Returns:
            For each canvas its distinct faces, in canvas pixels.
        """
        ...


class Runner(Protocol):
    """Anything that runs a network's file; `meshkit.models.session.Session` is one."""

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Map an input of shape (n, 3, height, width) to outputs by name."""
        ...


def stack(canvases: Sequence[Canvas], *, channels: str) -> NDArray[np.float32]:
    """Make the input of a network: shape (n, 3, side, side), values as they are.

    Args:
        canvases: At least one, all of one side.
        channels: The order the network wants, ``RGB`` or ``BGR``.
    """
    order = slice(None) if channels == "RGB" else slice(None, None, -1)
    batch = np.empty((len(canvases), *canvases[0].shape), dtype=np.float32)
    for row, canvas in zip(batch, canvases, strict=True):
        row[:] = canvas[order]
    return batch
