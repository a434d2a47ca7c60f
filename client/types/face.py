"""What is seen in a picture: faces, their quality, their vectors.

Coordinates are pixels of the image as sent, after its EXIF orientation; left and
right of a face are the person's own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.occlusion import Pattern
from faces.parts import Part
from faces.pose import Pose
from faces.quality import Band


@dataclass(frozen=True, slots=True)
class Point:
    """A position in an image."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, half-open; a face that is cut off may reach beyond the image."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmarks:
    """The five points that a face is aligned by."""

    right_eye: Point
    left_eye: Point
    nose_tip: Point
    right_mouth_corner: Point
    left_mouth_corner: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One detected face."""

    box: Box
    landmarks: Landmarks

    detection_score: float
    """How sure the detector is that this is a face, in [0, 1]. Not a quality score."""

    inter_eye_px: float
    """Distance between the eye centres."""

    pose: Pose

    liveness_score: float | None = None
    """How sure a model is of a living person, in [0, 1]; None if none was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How useful a sample is for recognition, as ISO/IEC 29794-1 understands it."""

    score: float
    """Range [0, 1], higher is better."""

    band: Band
    """What people call such a score."""

    interval: tuple[float, float] | None
    """Where `score` lies with 90 % confidence; None if the model cannot tell."""

    magnitude: float
    """Length of the vector before it was normalized, on a scale of the contract."""

    uncertainty: float | None
    """What the model itself estimates, higher is worse; None if it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occlusion:
    """What hides a part of a face."""

    share: float
    """Expected share of the aligned crop that is covered, in [0, 1]."""

    regions: tuple[str, ...]
    """In words for people, for example ``mouth and nose covered``."""

    parts: tuple[Part, ...]
    """The same for programs. Sides are the person's own."""

    pattern: Pattern | None
    """The rectangle that is most likely covered; None if the model tells none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A quality component of ISO/IEC 29794-5:2025, in the style of OFIQ; not conformant."""

    name: str
    """As OFIQ spells it, for example ``IlluminationUniformity``."""

    native_value: float
    """In the component's own unit."""

    score: int
    """Range [0, 100], higher is better."""

    estimated: bool
    """Whether it rests on the length from eyes to chin, which is estimated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedImage:
    """What an enhancer made of a face, for people to look at. Not evidence."""

    png: bytes
    """A picture with words burnt in that say so. Base64 in JSON."""

    operations: tuple[str, ...]
    """What was done to the crop, in order, for example ``denoise``."""

    noise_sigma: float
    """Estimated noise of the crop as it came, in levels of 255."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """The faces of a picture, the most prominent first."""

    faces: tuple[Face, ...]
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExtractedFace:
    """Everything that is known of one face."""

    face: Face

    vector: NDArray[np.float32]
    """Shape (d,), length 1. Only comparable within one contract."""

    quality: Quality

    occlusion: Occlusion | None
    """None if the model cannot tell, or saw no reason to look."""

    advices: tuple[str, ...]
    """What would make the sample better, most helpful first."""

    measures: tuple[Measure, ...]
    """Empty unless they were asked for."""

    enhanced: DerivedImage | None
    """None unless it was asked for and the enhancer answered. The vector is of the raw crop."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extraction:
    """The faces of a picture with their vectors, the most prominent first."""

    faces: tuple[ExtractedFace, ...]

    contract_id: str
    """The vector space of every vector in here; empty if there is none."""

    width_px: int
    height_px: int

    degradations: tuple[str, ...]
    """What was asked for and could not be had, for example ``enhancer_unavailable``."""
