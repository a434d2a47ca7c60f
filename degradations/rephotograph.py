"""A phone photographs a screen that shows the face.

Each pixel of the screen is three stripes; the camera samples them at another pitch and angle, and
the difference of the two is moire: it is computed here, not painted. Glare, the screen's raised
black, its blue cast, perspective and JPEG come on top. Article 000 puts such a picture at quality
.41, between ISO 3200 and 6400, and so does the embedder here.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.cause import SIDE, Cause, Crop, uniform
from degradations.compression import compress_anywhere
from degradations.light import to_display, to_linear
from degradations.scenes import STEPS, spot

_PITCH = 3
_LEAST, _MOST = 300, 420
"""Sides of the screen in stripes: at 336 each pixel of the screen is one of the photo."""


def _stripes() -> NDArray[np.float32]:
    """Red, green and blue side by side, and a gap between lines; mean 1."""
    screen = np.zeros((_MOST, _MOST, 3), dtype=np.float32)
    for channel, column in ((2, 0), (1, 1), (0, 2)):
        screen[:, column::_PITCH, channel] = 3.0
    screen[_PITCH - 1 :: _PITCH] *= 0.5
    return np.asarray(screen / screen.mean(), dtype=np.float32)


_STRIPES = _stripes()


def rephotograph(crop: Crop, strength: float, generator: np.random.Generator) -> Crop:
    """Show the crop on a screen and photograph that."""
    light = _photographed(to_linear(crop), strength, generator) * _cast(strength, generator)
    light += np.float32(0.02 + 0.03 * strength)
    for _ in range(int(generator.integers(1, 3))):
        x, y = generator.uniform(-0.9, 0.9, 2)
        width, height = generator.uniform(0.15, 0.9, 2)
        bright = strength * generator.uniform(0.05, 0.4)
        light += (spot(x, y, width, height) * np.float32(bright))[..., None]
    quality = 80.0 - 45.0 * min(strength, 1.25) * generator.uniform(0.7, 1.2)
    return compress_anywhere(to_display(light), quality, generator)


def _photographed(
    light: NDArray[np.float32], strength: float, generator: np.random.Generator
) -> NDArray[np.float32]:
    side = int(generator.integers(_LEAST, _MOST + 1))
    screen = cv2.resize(light, (side, side), interpolation=cv2.INTER_LINEAR)
    # Lens and distance blur the stripes before the sensor samples them.
    seen = np.float32(min(1.0, strength) * generator.uniform(0.08, 0.28))
    screen = screen * (1.0 + seen * (_STRIPES[:side, :side] - 1.0))
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)
    moved = corners * SIDE + generator.normal(0.0, 2.5 * strength, (4, 2))
    view = cv2.getPerspectiveTransform(corners * side, moved.astype(np.float32))
    photo = cv2.warpPerspective(
        screen, view, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cv2.GaussianBlur(photo, (0, 0), 0.4 + 0.4 * strength), dtype=np.float32)


def _cast(strength: float, generator: np.random.Generator) -> NDArray[np.float32]:
    cold = generator.uniform(-0.1, 0.3) * strength
    green = generator.normal(0.0, 0.05) * strength
    return np.array([1.0 + cold, 1.0 + green, 1.0 - cold], dtype=np.float32)


REPHOTOGRAPH = Cause(
    name="re-photograph",
    unit="strength",
    ladder=STEPS,
    draw=uniform(0.2, 1.3),
    apply=rephotograph,
)
