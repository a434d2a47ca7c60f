"""What screens and printers make of a picture, in light.

A screen is three stripes a pixel, a print four inks in rotated grids of dots. Moire and rosettes
are not painted: they come about when a camera samples what is here.
"""

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.light import Linear

FINE = 3
"""Points of a surface across a pixel of the picture."""

_ANGLES_DEG = (15.0, 75.0, 0.0, 45.0)
"""Of the grids of cyan, magenta, yellow and black, as printers turn them."""

_INKS = np.array(
    [[0.82, 0.35, 0.02], [0.16, 0.02, 0.70], [0.02, 0.70, 0.90], [0.02, 0.02, 0.02]],
    dtype=np.float32,
)
"""Light (B, G, R) that each of them lets through."""

_PAPER = np.array([0.80, 0.85, 0.88], dtype=np.float32)
"""Light (B, G, R) that it throws back, of 1."""


def on_screen(light: Linear, generator: np.random.Generator) -> Linear:
    """Show light on a screen: stripes, raised black and a cold cast.

    Returns:
        `FINE` times as large.
    """
    stripes = np.zeros((FINE, FINE, 3), dtype=np.float32)
    for channel, column in ((2, 0), (1, 1), (0, 2)):
        stripes[:, column, channel] = FINE
    stripes[FINE - 1] *= 0.5
    stripes /= stripes.mean()
    # Lens and distance blur the stripes before the sensor samples them.
    seen = np.float32(generator.uniform(0.08, 0.35))
    pattern = np.tile(1 + seen * (stripes - 1), (*light.shape[:2], 1)).astype(np.float32)
    cold = generator.uniform(-0.1, 0.3)
    cast = np.array([1 + cold, 1, 1 - cold], dtype=np.float32)
    black = np.float32(generator.uniform(0.005, 0.05))
    return np.asarray(_fine(light) * pattern * cast + black, dtype=np.float32)


def on_paper(light: Linear, generator: np.random.Generator) -> Linear:
    """Print light in dots of four inks.

    Returns:
        `FINE` times as large.
    """
    pitch = float(generator.choice(_PITCHES))
    grids = _grids(light.shape[0] * FINE, light.shape[1] * FINE, pitch)
    missing = 1 - np.clip(_fine(light), 0, 1) ** np.float32(0.45)
    black = missing.min(axis=2) * np.float32(0.6)
    colours = [missing[..., channel] - black for channel in (2, 1, 0)]
    printed = np.broadcast_to(_PAPER, missing.shape).copy()
    for ink, amount, grid in zip(_INKS, (*colours, black), grids, strict=True):
        covered = np.clip((amount - grid) * 6 + np.float32(0.5), 0, 1)[..., None]
        printed *= 1 - covered * (1 - ink)
    # Ink spreads, and so does light in paper.
    return np.asarray(cv2.GaussianBlur(printed, (0, 0), 0.4 * FINE), dtype=np.float32)


_PITCHES = (1.0, 1.3, 1.7, 2.2)
"""Between dots, in pixels of the picture: a face of 100 px on a postcard, up to a poster."""


@functools.lru_cache(maxsize=len(_PITCHES))
def _grids(height: int, width: int, pitch: float) -> NDArray[np.float32]:
    """Amount of ink from which on each point is covered: shape (4, height, width), in [0, 1]."""
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = np.float32(2 * np.pi / (pitch * FINE))
    grids = []
    for angle in np.deg2rad(_ANGLES_DEG):
        u = (across * np.cos(angle) + down * np.sin(angle)) * turn
        v = (down * np.cos(angle) - across * np.sin(angle)) * turn
        grids.append((np.cos(u) + np.cos(v)) / 4 + 0.5)
    return np.asarray(np.stack(grids), dtype=np.float32)


def _fine(light: Linear) -> Linear:
    height, width = light.shape[:2]
    size = (width * FINE, height * FINE)
    return np.asarray(cv2.resize(light, size, interpolation=cv2.INTER_NEAREST), dtype=np.float32)
