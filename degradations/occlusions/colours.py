"""Colours that things have, BGR levels, as float32 of shape (3,)."""

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.cause import Crop, chance, pick
from degradations.occlusions.occluder import brightness

Colour = NDArray[np.float32]

_SKIN_RGB = (
    (246, 237, 228), (243, 231, 219), (247, 234, 208), (234, 218, 186), (215, 189, 150),
    (160, 126, 86), (130, 92, 67), (96, 65, 52), (58, 49, 42), (41, 36, 32),
)  # fmt: skip
"""The ten tones of the Monk Skin Tone scale."""

_HAIR_RGB = (
    (24, 20, 18), (44, 34, 30), (62, 44, 34), (92, 66, 44), (138, 100, 62), (190, 156, 104),
    (222, 196, 150), (128, 54, 30), (150, 148, 146), (214, 212, 208),
)  # fmt: skip


def grey(generator: np.random.Generator, low: float = 8.0, high: float = 248.0) -> Colour:
    """Black, grey or white: nearly without colour."""
    return (generator.uniform(low, high) + generator.normal(0.0, 4.0, 3)).astype(np.float32)


def paint(generator: np.random.Generator) -> Colour:
    """Any hue, mild or strong."""
    hue = generator.uniform(0.0, 360.0)
    hsv = np.array([[(hue, generator.beta(1.5, 1.7), generator.uniform(0.12, 0.95))]], np.float32)
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)[0, 0] * 255, dtype=np.float32)


def anything(generator: np.random.Generator) -> Colour:
    """As clothes and things are: often black, white or grey."""
    match pick(generator, 0.2, 0.15, 0.1):
        case 0:
            return grey(generator, 8.0, 50.0)
        case 1:
            return grey(generator, 190.0, 240.0)
        case 2:
            return grey(generator)
        case _:
            return paint(generator)


def near(colour: Colour, spread: float, generator: np.random.Generator) -> Colour:
    """The same colour, a little brighter or darker, and a little of another hue."""
    moved = colour * generator.normal(1.0, spread) + generator.normal(0.0, 40 * spread, 3)
    return np.asarray(np.clip(moved, 0, 255), dtype=np.float32)


def skin(crop: Crop, generator: np.random.Generator) -> Colour:
    """Half of the hands have the tone of the cheek before them; the rest has any."""
    if chance(generator, 0.55):
        return near(_there(crop[66:80, 30:46], crop), 0.08, generator)
    return near(_tone(_SKIN_RGB, generator), 0.06, generator)


def hair(crop: Crop, generator: np.random.Generator) -> Colour:
    """Some hair has the colour of what is above the face; the rest has any, or is dyed."""
    match pick(generator, 0.35, 0.07):
        case 0:
            return near(_there(crop[:10], crop), 0.1, generator)
        case 1:
            return paint(generator)
        case _:
            return near(_tone(_HAIR_RGB, generator), 0.1, generator)


def _there(part: Crop, crop: Crop) -> Colour:
    """A colour of the crop, in usual light."""
    return np.asarray(np.median(part.reshape(-1, 3), axis=0) / brightness(crop), dtype=np.float32)


def _tone(table: tuple[tuple[int, int, int], ...], generator: np.random.Generator) -> Colour:
    return np.array(table[int(generator.integers(len(table)))][::-1], dtype=np.float32)
