"""Kinds of attacks, made of photos of people: an attacker shows one of them to the camera."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.cause import SIDE
from degradations.compression import compress
from degradations.light import Linear, pixels, to_display, to_linear
from degradations.rephotograph import REPHOTOGRAPH
from evaluation.liveness.surfaces import on_paper, on_screen

Part = NDArray[np.uint8]
"""Shape (side, side, 3), BGR: a face and what is around it."""

Present = Callable[[Part, np.random.Generator], Part]
"""Shows a part to a camera in some way; the part itself is left alone."""


def live(part: Part, generator: np.random.Generator) -> Part:
    """Nothing between person and camera: what the camera of all others does alone."""
    return _photographed(to_linear(part), generator)


def live_small(part: Part, _generator: np.random.Generator) -> Part:
    """Nothing but the size of `rephotographed`."""
    return _small(part)


def rephotographed(part: Part, generator: np.random.Generator) -> Part:
    """A screen by `degradations.rephotograph`, which a recogniser's robustness is measured with."""
    return REPHOTOGRAPH.spoil(_small(part), generator)


def screen(part: Part, generator: np.random.Generator) -> Part:
    """A screen that fills the view, with moire."""
    return _photographed(_tilted(on_screen(to_linear(part), generator), part, generator), generator)


def phone(part: Part, generator: np.random.Generator) -> Part:
    """The same on a phone with a dark edge, held before a wall."""
    shown = on_screen(to_linear(part), generator)
    return _photographed(_held(shown, part, generator, edge=generator.uniform(0, 0.02)), generator)


def replay(part: Part, generator: np.random.Generator) -> Part:
    """A phone whose screen is too fine for the camera: an edge, and no moire."""
    shown = to_linear(part)
    return _photographed(_held(shown, part, generator, edge=generator.uniform(0, 0.02)), generator)


def printed(part: Part, generator: np.random.Generator) -> Part:
    """A print that fills the view: paper's contrast, dots of four inks."""
    return _photographed(_tilted(on_paper(to_linear(part), generator), part, generator), generator)


def paper(part: Part, generator: np.random.Generator) -> Part:
    """The same with a white edge, held before a wall."""
    shown = on_paper(to_linear(part), generator)
    return _photographed(_held(shown, part, generator, edge=0.85), generator)


CONTROLS: Mapping[str, Present] = {"camera alone": live, "smaller alone": live_small}
"""Live faces that went through what attacks go through, without the attack."""

KINDS: Mapping[str, Present] = {
    "re-photographed crop": rephotographed,
    "screen that fills the view": screen,
    "phone with its edge": phone,
    "phone, no moire": replay,
    "print that fills the view": printed,
    "print with its edge": paper,
}
"""Kinds of attacks (ISO/IEC 30107-3: presentation attack instrument species)."""


def _small(part: Part) -> Part:
    size = (SIDE, SIDE)
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _tilted(shown: Linear, part: Part, generator: np.random.Generator) -> Linear:
    """Seen by a camera of its own pitch, not quite from the front."""
    side = part.shape[0]
    corners = _corners(side * generator.uniform(-0.08, -0.04, 2), 1.12 * side)
    return _warped(shown, corners, generator, side)


def _held(shown: Linear, part: Part, generator: np.random.Generator, *, edge: float) -> Linear:
    """Held before a wall, with an edge around it, so that the face stays in the middle."""
    side, share = part.shape[0], generator.uniform(0.6, 0.85)
    width = round(shown.shape[0] * generator.uniform(0.03, 0.09))
    framed = cv2.copyMakeBorder(
        shown, width, width, width, width, cv2.BORDER_CONSTANT, value=(edge, edge, edge)
    )
    left, top = generator.uniform(0.4, 0.6, 2) * (1 - share) * side
    held = np.asarray(framed, dtype=np.float32)
    corners = _corners((left, top), side * share)
    mask = _warped(np.ones_like(held), corners, np.random.default_rng(0), side)
    seen = _warped(held, corners, np.random.default_rng(0), side)
    return np.asarray(seen + _wall(side, generator) * (1 - mask), dtype=np.float32)


def _corners(place: NDArray[np.float64] | tuple[float, float], length: float) -> Linear:
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)
    return np.asarray(square * length + np.asarray(place), dtype=np.float32)


def _warped(shown: Linear, corners: Linear, generator: np.random.Generator, side: int) -> Linear:
    height, width = shown.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    target = corners + generator.normal(0.0, 0.012 * side, (4, 2)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    return np.asarray(cv2.warpPerspective(shown, matrix, (side, side)), dtype=np.float32)


def _wall(side: int, generator: np.random.Generator) -> Linear:
    coarse = generator.normal(0.0, 0.03, (8, 8, 1)) + generator.uniform(0.05, 0.6, 3)
    wall = cv2.resize(coarse.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(wall, 0, 1), dtype=np.float32)


def _photographed(light: Linear, generator: np.random.Generator) -> Part:
    """Lens, noise, and JPEG."""
    soft = cv2.GaussianBlur(light, (0, 0), generator.uniform(0.4, 0.9))
    seen = to_display(np.asarray(soft, dtype=np.float32))
    noisy = pixels(seen + generator.normal(0.0, generator.uniform(1, 4), seen.shape))
    return compress(noisy, generator.uniform(60, 92))
