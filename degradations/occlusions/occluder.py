"""Something in front of the face: how it is laid over a crop, and what it then hides."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.cause import SIDE, Crop, Draw
from degradations.light import pixels

Mask = NDArray[np.bool_]
"""Shape (112, 112): True where at least half of a pixel is not the face."""

Plane = NDArray[np.float32]
"""Shape (112, 112)."""

Paint = NDArray[np.float32]
"""Shape (112, 112, 3), BGR levels; may leave [0, 255] until it is laid."""


@dataclass(frozen=True, slots=True)
class Occluded:
    """A crop with something in front of it."""

    crop: Crop
    """Another crop; the one given is unchanged."""

    mask: Mask
    """What is hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occluder:
    """One kind of thing that covers faces."""

    name: str
    """Of tables and plots, for example ``surgical mask``."""

    unit: str
    """What the severity counts: a share of the crop, or a size of which 1 fits."""

    ladder: tuple[float, ...]
    """Severities for evaluation, from mild to severe."""

    draw: Draw
    """A severity for training."""

    apply: Callable[[Crop, float, np.random.Generator], Occluded]
    """Cover a crop. What the severity does not say (shape, colour, place, light) is random."""

    def cover(self, crop: Crop, generator: np.random.Generator) -> Occluded:
        """Cover a crop with a drawn severity."""
        return self.apply(crop, self.draw(generator), generator)


def laid(crop: Crop, paint: Paint, alpha: Plane) -> Occluded:
    """Lay paint over a crop as it is: no shadow, no light of the scene.

    Args:
        crop: Left unchanged.
        paint: Levels.
        alpha: How much of each pixel is covered, in [0, 1].
    """
    cover = alpha[..., None]
    seen = crop + (np.clip(paint, 0.0, 255.0) - crop) * cover
    return Occluded(pixels(seen), alpha >= np.float32(0.5))


def put_on(
    crop: Crop, paint: Paint, alpha: Plane, generator: np.random.Generator, *, shadow: float = 0.35
) -> Occluded:
    """Lay paint over a crop as part of the scene: in its light, with soft edges and a shadow.

    A shadow darkens the face beside the thing; what lies in shadow is not hidden.
    """
    edge = cv2.GaussianBlur(alpha, (0, 0), generator.uniform(0.35, 0.9))
    dark = np.float32(shadow * generator.uniform(0.2, 1.3))
    right, down = generator.normal(0.0, 2.0), generator.uniform(0.0, 4.0)
    shift = np.array([[1.0, 0.0, right], [0.0, 1.0, down]])
    fallen = cv2.warpAffine(alpha, shift, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    fallen = cv2.GaussianBlur(fallen, (0, 0), generator.uniform(1.5, 4.0))
    below = crop * (1.0 - np.minimum(dark * fallen, 0.9))[..., None]
    paint = np.clip(paint * _field(crop, generator)[..., None], 0.0, 255.0)
    cover = np.asarray(edge, dtype=np.float32)
    seen = below + (paint - below) * cover[..., None]
    return Occluded(pixels(seen), cover >= np.float32(0.5))


def brightness(crop: Crop) -> float:
    """Of the scene, of which 1 is usual. Guessed in part only: faces differ in tone as well."""
    level = float(np.clip(crop[30:100, 20:92].mean() / 130.0, 0.3, 1.25))
    return float(level**0.5)


def _field(crop: Crop, generator: np.random.Generator) -> Plane:
    """Light on the thing: as bright as the scene, more or less, and from the side it has light."""
    coarse = cv2.resize(crop, (4, 4), interpolation=cv2.INTER_AREA).mean(axis=2)
    bend = 1.0 + generator.uniform(0.0, 0.5) * (coarse / max(float(coarse.mean()), 1.0) - 1.0)
    field = bend * brightness(crop) * generator.uniform(0.7, 1.1)
    wide = cv2.resize(field.astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    return np.asarray(wide, dtype=np.float32)
