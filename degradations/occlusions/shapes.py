"""Outlines: smooth polygons, drawn with soft edges; points are (x, y) in crop pixels."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from degradations.cause import SIDE
from degradations.occlusions.occluder import Plane

Points = NDArray[np.float64]
"""Shape (n, 2)."""

Pose = NDArray[np.float64]
"""A homography of points; shape (3, 3)."""

_SHIFT = 4
_SCALE = 1 << _SHIFT


def fill(*outlines: ArrayLike) -> Plane:
    """Cover of closed outlines, in [0, 1]."""
    cover = np.zeros((SIDE, SIDE), dtype=np.uint8)
    for outline in outlines:
        cv2.fillPoly(cover, [_fixed(outline)], 255, cv2.LINE_AA, _SHIFT)
    return as_plane(cover)


def lines(ways: Sequence[ArrayLike], thickness: int, *, closed: bool = False) -> Plane:
    """Cover of lines along ways, in [0, 1]."""
    cover = np.zeros((SIDE, SIDE), dtype=np.uint8)
    fixed = [_fixed(way) for way in ways]
    cv2.polylines(cover, fixed, closed, 255, thickness, cv2.LINE_AA, _SHIFT)
    return as_plane(cover)


def as_plane(cover: NDArray[np.uint8]) -> Plane:
    """Levels of a cover, as shares."""
    return cover.astype(np.float32) * np.float32(1 / 255)


def smooth(outline: ArrayLike, rounds: int = 2, *, closed: bool = True) -> Points:
    """Cut corners (Chaikin 1974): each round doubles the points."""
    points = np.asarray(outline, dtype=np.float64)
    for _ in range(rounds):
        after = np.roll(points, -1, axis=0) if closed else points[1:]
        before = points if closed else points[:-1]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1)
        cut = cut.reshape(-1, 2)
        points = cut if closed else np.vstack([points[:1], cut, points[-1:]])
    return points


def rounded_box(width: float, height: float, corner: float) -> Points:
    """Around the origin; `corner` is the radius as a share of the shorter side."""
    cut = corner * min(width, height)
    x, y = width / 2, height / 2
    inner = [(x - cut, y), (x, y - cut), (x, cut - y), (x - cut, -y)]
    return np.array([*inner, *[(-a, -b) for a, b in inner]])


def ellipse(x: float, y: float, width: float, height: float, count: int = 24) -> Points:
    """Around (x, y), with radii."""
    turn = np.linspace(0.0, 2 * np.pi, count, endpoint=False)
    return np.column_stack([x + width * np.cos(turn), y + height * np.sin(turn)])


def mirrored(points: ArrayLike, axis: float = SIDE / 2) -> Points:
    """The other side of a face."""
    return np.asarray(points, dtype=np.float64) * (-1.0, 1.0) + (2 * axis, 0.0)


def jittered(points: ArrayLike, spread: float, generator: np.random.Generator) -> Points:
    """Move each point by itself: no two masks are cut alike."""
    outline = np.asarray(points, dtype=np.float64)
    return outline + generator.normal(0.0, spread, outline.shape)


def worn(generator: np.random.Generator, size: float = 1.0, *, y: float = 60.0) -> Pose:
    """How something sits on a face: shifted, turned, in perspective, `size` around (56, y)."""
    turn, right, down = generator.normal(0.0, (0.05, 1.8, 1.8))
    return pose((56.0, y), (56.0 + right, y + down), size, turn, generator.normal(0.0, 9e-4, 2))


def pose(
    around: tuple[float, float],
    to: tuple[float, float],
    size: float,
    turn: float,
    perspective: ArrayLike = (0.0, 0.0),
) -> Pose:
    """Turn and scale around one point, then move that to another."""
    cos, sin = size * np.cos(turn), size * np.sin(turn)
    there = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    there[2, :2] = perspective
    back = np.array([[1.0, 0.0, -around[0]], [0.0, 1.0, -around[1]], [0.0, 0.0, 1.0]])
    move = np.array([[1.0, 0.0, to[0]], [0.0, 1.0, to[1]], [0.0, 0.0, 1.0]])
    return np.asarray(move @ there @ back, dtype=np.float64)


def posed(points: ArrayLike, how: Pose) -> Points:
    """Move points by a homography."""
    outline = np.asarray(points, dtype=np.float64)
    moved = outline @ how[:, :2].T + how[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:], dtype=np.float64)


def _fixed(outline: ArrayLike) -> NDArray[np.int32]:
    fixed = np.rint(np.asarray(outline) * _SCALE)
    return np.asarray(fixed.reshape(-1, 1, 2), dtype=np.int32)
