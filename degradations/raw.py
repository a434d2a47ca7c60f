"""From levels to what a colour sensor measures, and back: the two ends of a camera's pipeline.

After Brooks et al., "Unprocessing images for learned raw denoising" (CVPR 2019): undo tone
curve (a smoothstep), gamma 2.2, colour correction and white balance, in this order; sample the
RGGB mosaic; afterwards demosaic and redo all. Camera matrices are the DNG colour matrices of four
cameras under D65; gains are the ranges of that article.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.cause import Crop

_XYZ_TO_CAMERA = np.array(
    [
        [[1.0234, -0.2969, -0.2266], [-0.5625, 1.6328, -0.0469], [-0.0703, 0.2188, 0.6406]],
        [[0.4913, -0.0541, -0.0202], [-0.6130, 1.3513, 0.2906], [-0.1564, 0.2151, 0.7183]],
        [[0.8380, -0.2630, -0.0639], [-0.2887, 1.0725, 0.2496], [-0.0627, 0.1427, 0.5438]],
        [[0.6596, -0.2079, -0.0562], [-0.4782, 1.3016, 0.1933], [-0.0970, 0.1581, 0.5181]],
    ]
)
_RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)

_ALONG = np.array(
    [[0, 0, 0.5, 0, 0], [0, -1, 0, -1, 0], [-1, 4, 5, 4, -1], [0, -1, 0, -1, 0], [0, 0, 0.5, 0, 0]]
)
_KERNELS = tuple(
    (np.array(kernel) / 8).astype(np.float32)
    for kernel in (
        [[0, 0, -1, 0, 0], [0, 0, 2, 0, 0], [-1, 2, 4, 2, -1], [0, 0, 2, 0, 0], [0, 0, -1, 0, 0]],
        _ALONG,
        _ALONG.T,
        np.array(
            [
                [0, 0, -3, 0, 0],
                [0, 4, 0, 4, 0],
                [-3, 0, 12, 0, -3],
                [0, 4, 0, 4, 0],
                [0, 0, -3, 0, 0],
            ]
        )
        / 2,
    )
)
"""Green elsewhere; a colour beside its own in a row, in a column, and diagonally."""

_LEVELS = np.arange(256) / 255
_UNTONED = (0.5 - np.sin(np.arcsin(1 - 2 * _LEVELS) / 3)) ** 2.2
_LINEAR = np.clip(_UNTONED, 0.0, 1.0).astype(np.float32)

_GAMMA = (np.arange(65536) / 65535) ** (1 / 2.2)
_DISPLAY = np.rint((3 * _GAMMA**2 - 2 * _GAMMA**3) * 255).astype(np.uint8)

PEDESTAL = 4096.0
"""Of 65,536 levels: what black reads, so that noise below black lives until colours are made."""

_SPAN = 65535.0 - PEDESTAL


@dataclass(frozen=True, slots=True)
class Camera:
    """One sensor's idea of colour."""

    to_sensor: NDArray[np.float32]
    """Linear BGR to sensor R, G, B; shape (3, 3)."""

    from_sensor: NDArray[np.float32]
    """Its inverse: sensor R, G, B to linear BGR."""


def some_camera(generator: np.random.Generator) -> Camera:
    """A mixture of the four cameras, under white light of some colour."""
    weights = generator.uniform(1e-3, 1.0, 4)
    mixed = np.tensordot(weights / weights.sum(), _XYZ_TO_CAMERA, 1) @ _RGB_TO_XYZ
    colours = mixed / mixed.sum(axis=1, keepdims=True)
    white = 1.0 / max(generator.normal(0.8, 0.1), 0.5)
    gains = white * np.array([generator.uniform(1.9, 2.4), 1.0, generator.uniform(1.5, 1.9)])
    matrix = (colours / gains[:, None])[:, ::-1]
    return Camera(matrix.astype(np.float32), np.linalg.inv(matrix).astype(np.float32))


def mosaic(crop: Crop, camera: Camera) -> NDArray[np.float32]:
    """What each pixel of an RGGB sensor measures, in [0, 1]; (h, w) with even sides."""
    colours = cv2.transform(cv2.LUT(crop, _LINEAR), camera.to_sensor)
    raw = np.ascontiguousarray(colours[..., 1])
    raw[0::2, 0::2] = colours[0::2, 0::2, 0]
    raw[1::2, 1::2] = colours[1::2, 1::2, 2]
    return np.asarray(np.clip(raw, 0.0, 1.0), dtype=np.float32)


def develop(raw: NDArray[np.float32], camera: Camera, *, bits: int = 12) -> Crop:
    """Quantise to `bits`, demosaic, and make levels of it: BGR."""
    steps = (1 << bits) - 1
    code = np.rint((raw * np.float32(_SPAN) + np.float32(PEDESTAL)) * np.float32(steps / 65535.0))
    code = np.clip(code, 0, steps) * np.float32(65535.0 / steps)
    rgb = demosaic(np.asarray(code - np.float32(PEDESTAL), dtype=np.float32))
    light = cv2.transform(rgb, camera.from_sensor)
    index = np.clip(light * np.float32(65535.0 / _SPAN), 0.0, 65535.0).astype(np.uint16)
    return np.asarray(_DISPLAY[index], dtype=np.uint8)


def demosaic(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """Guess the two colours that each pixel did not measure: shape (h, w, 3), R, G, B.

    Linear, with the gradients of the colour that it did measure (Malvar, He and Cutler 2004).
    """
    green, along, across, diagonal = (
        cv2.filter2D(raw, -1, kernel, borderType=cv2.BORDER_REFLECT_101) for kernel in _KERNELS
    )
    rgb = np.empty((*raw.shape, 3), dtype=np.float32)
    rgb[..., 1] = raw
    rgb[0::2, 0::2, 1], rgb[1::2, 1::2, 1] = green[0::2, 0::2], green[1::2, 1::2]
    for colour, own, other in ((0, 0, 1), (2, 1, 0)):
        rgb[own::2, own::2, colour] = raw[own::2, own::2]
        rgb[own::2, other::2, colour] = along[own::2, other::2]
        rgb[other::2, own::2, colour] = across[other::2, own::2]
        rgb[other::2, other::2, colour] = diagonal[other::2, other::2]
    return rgb
