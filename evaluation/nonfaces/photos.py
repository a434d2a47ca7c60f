"""Out of photos of people: what is beside them, and the backs of their heads.

Nobody is photographed from behind in the data. A back of a head is made: the head as it is, at 6
tenths of the usual size so that all of it is seen, with hair of the same picture laid over the
face. It has the outline, the colours and the grain of a real one, and no features.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations import Crop
from degradations.cause import SIDE
from degradations.light import pixels
from evaluation.cutting import Cutter
from evaluation.nonfaces.squares import away
from faces.alignment import Similarity, align

_FAINT = 0.1
"""Score from which something may be a face: backgrounds must not show the people behind."""

_WIDER = 0.35
"""Of the box's size: hair, ears and necks belong to the face."""

_SCALE = 0.6
_HAIR = (slice(12, 26), slice(42, 70))
"""Rows and columns of a head at that scale that show hair, if there is any."""

_CENTRE, _RADII = (56, 60), (29, 38)


def backgrounds(
    files: list[Path],
    cutter: Cutter,
    count: int,
    *,
    seed: int,
    advance: Callable[[int], None],
) -> NDArray[np.uint8]:
    """Squares that touch no face, of every photo in turn; fewer than `count` if there are few."""
    made: list[Crop] = []
    for row, file in enumerate(files):
        if len(made) >= count:
            break
        generator = np.random.default_rng([seed, row])
        picture = _read(file)
        boxes = np.array(
            [_widened(face.box) for face in cutter.faces(_rgb(picture), min_score=_FAINT)],
            dtype=np.float32,
        ).reshape(-1, 4)
        for _ in range(-(-count // len(files))):
            crop = away(picture, boxes, generator)
            if crop is not None and not cutter.faces(_rgb(crop), min_score=_FAINT):
                made.append(crop)
        advance(1)
    return np.stack(made[:count])


def backs(
    files: list[Path], cutter: Cutter, count: int, *, advance: Callable[[int], None]
) -> NDArray[np.uint8]:
    """One back of a head from each photo that shows a face."""
    made: list[Crop] = []
    for file in files[:count]:
        picture = _read(file)
        found = cutter.faces(_rgb(picture))
        fit = align(found[0].landmarks) if found else None
        if fit is not None:
            made.append(back(_head(picture, fit)))
        advance(1)
    return np.stack(made)


def back(head: Crop) -> Crop:
    """Lay hair over the face of a head."""
    strand = head[_HAIR]
    tile = np.concatenate([strand, strand[::-1]])
    tile = np.concatenate([tile, tile[:, ::-1]], axis=1)
    down, across = (-(-SIDE // size) + 1 for size in tile.shape[:2])
    hair = np.tile(tile, (down, across, 1))[:SIDE, :SIDE].astype(np.float32)
    # Strands run downwards; a seam every few pixels does not.
    hair = 0.5 * cv2.GaussianBlur(hair, (1, 15), 0.01, sigmaY=5.0) + 0.5 * hair
    cover = np.zeros((SIDE, SIDE), dtype=np.float32)
    cv2.ellipse(cover, _CENTRE, _RADII, 0.0, 0.0, 360.0, (1.0,), -1)
    soft = cv2.GaussianBlur(cover, (0, 0), 3.0)[..., None]
    return pixels(head + (hair - head) * soft)


def _head(picture: NDArray[np.uint8], fit: Similarity) -> Crop:
    shrink = np.array([[_SCALE, 0.0, 56 * (1 - _SCALE)], [0.0, _SCALE, 62 * (1 - _SCALE)]])
    matrix = shrink @ np.vstack([fit.matrix, [0.0, 0.0, 1.0]])
    head = cv2.warpAffine(
        picture, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return head.astype(np.uint8, copy=False)


def _widened(box: NDArray[np.float32]) -> NDArray[np.float32]:
    more = (box[2:] - box[:2]) * np.float32(_WIDER)
    return np.concatenate([box[:2] - more, box[2:] + more])


def _read(file: Path) -> NDArray[np.uint8]:
    picture = cv2.imread(str(file))
    if picture is None:
        raise FileNotFoundError(file)
    return picture.astype(np.uint8, copy=False)


def _rgb(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(picture[..., ::-1])
