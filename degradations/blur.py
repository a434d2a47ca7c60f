"""Motion and defocus, in linear light.

Lengths of 3 to 15 px and radii of 0.5 to 3 px at 112 px across are the ranges of
`methods` C.1; the ladders go on to where recognition ends.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.cause import Cause, Crop, chance, log_uniform
from degradations.light import to_display, to_linear

Kernel = NDArray[np.float32]


def motion(crop: Crop, length: float, generator: np.random.Generator) -> Crop:
    """Move by `length` px along a line of any direction while the shutter is open."""
    angle = generator.uniform(0.0, np.pi)
    way = np.linspace(-0.5, 0.5, _steps(length)) * length
    return blurred(crop, path_kernel(way * np.cos(angle), way * np.sin(angle)))


def shake(crop: Crop, length: float, generator: np.random.Generator) -> Crop:
    """Move by about `length` px along a curve, now quick, now slow: a hand or a turning head."""
    if chance(generator, 0.5):
        return motion(crop, length, generator)
    steps = _steps(length)
    turns = generator.uniform(0, 2 * np.pi) + np.cumsum(
        generator.normal(0, 1.6 / steps**0.5, steps)
    )
    speed = generator.uniform(0.3, 1.7, steps)
    x, y = np.cumsum(speed * np.cos(turns)), np.cumsum(speed * np.sin(turns))
    scale = length / max(float(np.hypot(np.ptp(x), np.ptp(y))), 1e-6)
    return blurred(crop, path_kernel((x - x.mean()) * scale, (y - y.mean()) * scale))


def defocus(crop: Crop, radius: float, _generator: np.random.Generator) -> Crop:
    """Spread every point over a disk."""
    return blurred(crop, disk_kernel(radius))


def blurred(crop: Crop, kernel: Kernel) -> Crop:
    """Spread the light of every pixel by a kernel of sum 1."""
    light = cv2.filter2D(to_linear(crop), -1, kernel, borderType=cv2.BORDER_REFLECT_101)
    return to_display(np.asarray(light, dtype=np.float32))


def path_kernel(x: NDArray[np.float64], y: NDArray[np.float64]) -> Kernel:
    """Share each point of a path among its four pixels."""
    half = int(np.ceil(max(np.abs(x).max(), np.abs(y).max()))) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), dtype=np.float64)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, below = x - left, y - top
    for column, row, weight in (
        (0, 0, (1 - right) * (1 - below)),
        (1, 0, right * (1 - below)),
        (0, 1, (1 - right) * below),
        (1, 1, right * below),
    ):
        np.add.at(kernel, (top + half + row, left + half + column), weight)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def disk_kernel(radius: float) -> Kernel:
    """A disk with a soft rim of one pixel, so that its radius need not be whole."""
    half = int(np.ceil(radius)) + 1
    away = np.hypot(*np.mgrid[-half : half + 1, -half : half + 1])
    kernel = np.clip(radius + 0.5 - away, 0.0, 1.0)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def _steps(length: float) -> int:
    return 4 * int(np.ceil(length)) + 1


MOTION = Cause(
    name="motion",
    unit="px",
    ladder=(3.0, 6.0, 9.0, 12.0, 15.0, 20.0),
    draw=log_uniform(2.0, 18.0),
    apply=motion,
    vary=shake,
)

DEFOCUS = Cause(
    name="defocus",
    unit="px",
    ladder=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0),
    draw=log_uniform(0.6, 5.0),
    apply=defocus,
)
