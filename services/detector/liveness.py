"""Whether a living person is before the camera, or a picture of one: the port, and what is known.

No model is served unless an operator brings one (docs/liveness.md).
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from faces.contract import Preprocessing
from faces.geometry import Boxes
from meshkit.config import ConfigError
from meshkit.models.pixels import to_planes
from meshkit.models.registry import ModelFile
from services.detector.decode import Pixels
from services.detector.port import Runner

Patch = NDArray[np.uint8]
"""Shape (side, side, 3), RGB: a face and what is around it."""


class Liveness(Protocol):
    """Scores faces with what is around them. Never called from two threads at once."""

    side: int
    """Pixels across a patch."""

    margin: float
    """Sides of a patch in sides of the face's box, where the picture is large enough."""

    def score(self, patches: Sequence[Patch]) -> list[float]:
        """How sure the model is of a living person, in [0, 1], for each of 1 or more patches."""
        ...


class MiniFASNet:
    """Networks of the MiniFASNet kind (Minivision 2020), as `models/liveness.md` describes them."""

    side = 128
    margin = 2.7

    _LIVE = 0
    """Of the three classes; the others are kinds of attacks."""

    def __init__(self, runner: Runner, how: Preprocessing) -> None:
        self._runner = runner
        self._how = how

    def score(self, patches: Sequence[Patch]) -> list[float]:
        """Implement `Liveness.score`."""
        [logits] = self._runner.run(to_planes(np.stack(patches), self._how)).values()
        likely = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: list[float] = (likely[:, self._LIVE] / likely.sum(axis=1)).tolist()
        return shares


class Family(Protocol):
    """Builds a model around what runs its file."""

    def __call__(self, runner: Runner, how: Preprocessing) -> Liveness:
        """Build it; `how` its pixels are fed."""
        ...


FAMILIES: Mapping[str, Family] = {"minifasnet": MiniFASNet}


def network(file: ModelFile, runner: Runner) -> Liveness:
    """Give a model file the code of its family.

    Raises:
        ConfigError: No such family.
    """
    if file.family not in FAMILIES:
        raise ConfigError(
            f"model {file.name} is of family {file.family}, not {', '.join(FAMILIES)}"
        )
    return FAMILIES[file.family](runner, file.preprocessing)


def cut(pixels: Pixels, box: Boxes, *, side: int, margin: float) -> Patch:
    """Cut a face out with what is around it, and scale it to a patch.

    The part keeps the box's proportions and is moved, then made smaller, until it lies within the
    picture: nothing is made up beyond its edges.

    Args:
        pixels: The picture.
        box: Shape (4,): the face in it; may reach over its edges.
        side: Of the patch.
        margin: Of its sides, in sides of the box.
    """
    size = np.array([pixels.shape[1], pixels.shape[0]], dtype=np.float64)
    extent = np.maximum(1.0, (box[2:] - box[:2]).astype(np.float64))
    part = extent * min(margin, *(size / extent).tolist())
    middle = (box[:2] + box[2:]).astype(np.float64) / 2
    low = np.clip(middle - part / 2, 0, size - part)
    left, top = np.floor(low).astype(int)
    right, bottom = np.maximum(np.floor(low + part), np.floor(low) + 1).astype(int)
    scaled = cv2.resize(pixels[top:bottom, left:right], (side, side))
    return np.asarray(scaled, dtype=np.uint8)
