"""What is wrong with a crop that light, a steady hand or a lens could mend.

Seen on the aligned crop, which travels anyway, so that advice costs no second look at the picture
and nothing at all for samples that pass.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.alignment import LEFT_EYE, RIGHT_EYE, TEMPLATE, inter_eye_px
from faces.embedding import CROP_SHAPE
from faces.measures import light, sharpness
from faces.measures.portrait import face_region

_MIDDLE = TEMPLATE[[RIGHT_EYE, LEFT_EYE]].mean(axis=0)
_FACE = face_region(CROP_SHAPE[:2], (float(_MIDDLE[0]), float(_MIDDLE[1])), inter_eye_px(TEMPLATE))

_DARK, _BRIGHT, _NOISY, _BLURRED = 0.08, 0.15, 6.0, 0.35
"""Of 600 crops of the training set as they are, 1.0 %, 0.2 %, 2.5 % and 0.6 % cross these lines.
More than half do at two stops too little or too much light, at ISO 6400, or moved by 9 px."""

_NORMAL = 0.6745
"""Median distance from the mean, in standard deviations of a normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Numbers of one crop, and what they mean."""

    luminance: float
    """Mean linear light of the face. Range [0, 1]."""

    bright_share: float
    """Share of the face that is over-exposed. Range [0, 1]."""

    noise: float
    """Standard deviation in levels of 255."""

    sharpness: float
    """See `faces.measures.sharpness`. Range [0, 1]."""

    @property
    def dark(self) -> bool:
        """Whether there is too little light, whatever the skin."""
        return self.luminance < _DARK

    @property
    def bright(self) -> bool:
        """Whether a good part of the face is merely white."""
        return self.bright_share > _BRIGHT

    @property
    def noisy(self) -> bool:
        """Whether the camera had to amplify too much."""
        return self.noise > _NOISY

    @property
    def blurred(self) -> bool:
        """Whether detail is missing; it is, too, in an enlarged crop."""
        return self.sharpness < _BLURRED


def look_at(crop: NDArray[np.uint8]) -> Conditions:
    """Measure an aligned crop, shape (112, 112, 3), RGB."""
    shares = light.histogram(light.luminance(crop[_FACE]))
    levels = sharpness.grey(crop)
    return Conditions(
        luminance=light.moments(shares)[0],
        bright_share=light.exposure(shares)[1],
        noise=_noise(levels),
        sharpness=sharpness.sharpness(levels, _FACE),
    )


def _noise(levels: sharpness.Grey) -> float:
    """Standard deviation of noise (Immerkaer 1996), by the median, so that edges do not count."""
    rest = levels[:-2] - 2 * levels[1:-1] + levels[2:]
    rest = rest[:, :-2] - 2 * rest[:, 1:-1] + rest[:, 2:]
    return float(np.median(np.abs(rest)[_FACE[1:-1, 1:-1]])) / _NORMAL / 6
