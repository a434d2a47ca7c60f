"""What was found in a picture, as callers asked for it."""

from dataclasses import dataclass

import numpy as np

from faces.alignment import Similarity, align, inter_eye_px
from faces.geometry import Boxes, Points, by_prominence
from faces.measures import Measure, Placement, measure
from faces.pose import Pose, estimate
from services.detector.crops import Crop, cut, cut_portrait
from services.detector.decode import Pixels
from services.detector.port import Detections

MAX_FACES = 100
"""Most faces in an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a caller wants to know."""

    min_score: float
    """Least detection score of a face. Range (0, 1]."""

    max_faces: int = MAX_FACES
    """Most faces to return, in [1, 100]."""

    crops: bool = True
    """Whether to cut them out."""

    measures: bool = False
    """Whether to take quality measures of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One face, in pixels of the upright picture."""

    box: Boxes
    """Shape (4,), not clipped."""

    landmarks: Points
    """Shape (5, 2)."""

    score: float
    """How sure the network is. Range [0, 1]."""

    inter_eye_px: float
    """Distance between the eye centres."""

    pose: Pose
    """How the head is turned."""

    scale: float
    """Picture pixels per crop pixel. Range (0, inf)."""

    crop: Crop | None
    """The aligned crop; None if nobody asked for it."""

    measures: tuple[Measure, ...]
    """By component; empty if nobody asked for them."""

    liveness: float | None = None
    """How sure the model is of a living person, in [0, 1]; None if none was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The answer for one picture."""

    faces: list[Face]
    """The most prominent first."""

    width_px: int
    """Of the upright picture."""

    height_px: int
    """Of the upright picture."""

    found_count: int
    """Faces that were found before `max_faces` was applied."""


def judge(pixels: Pixels, detections: Detections, query: Query) -> Findings:
    """Order faces by prominence, drop what no crop can be made of, cut the rest out.

    Args:
        pixels: The picture.
        detections: On it, in its own pixels.
        query: What is wanted.
    """
    height, width = pixels.shape[:2]
    fits = [align(landmarks) for landmarks in detections.landmarks]
    order = by_prominence(detections.boxes, width=width, height=height)
    usable = [(row, fit) for row in order if (fit := fits[row]) is not None]
    return Findings(
        faces=[
            _face(pixels, detections, row, fit, query) for row, fit in usable[: query.max_faces]
        ],
        width_px=width,
        height_px=height,
        found_count=len(usable),
    )


def _face(
    pixels: Pixels, detections: Detections, row: np.intp, fit: Similarity, query: Query
) -> Face:
    landmarks = detections.landmarks[row]
    return Face(
        box=detections.boxes[row],
        landmarks=landmarks,
        score=float(detections.scores[row]),
        inter_eye_px=inter_eye_px(landmarks),
        pose=estimate(landmarks),
        scale=1 / fit.scale,
        crop=cut(pixels, fit) if query.crops else None,
        measures=_measures(pixels, detections, landmarks) if query.measures else (),
    )


def _measures(pixels: Pixels, detections: Detections, landmarks: Points) -> tuple[Measure, ...]:
    portrait = cut_portrait(pixels, landmarks)
    if portrait is None:
        return ()
    sizes = detections.boxes[:, 2:] - detections.boxes[:, :2]
    placement = Placement(
        landmarks=landmarks,
        pose=estimate(landmarks),
        width_px=pixels.shape[1],
        height_px=pixels.shape[0],
        areas=np.prod(sizes, axis=1),
    )
    return measure(portrait, placement)
