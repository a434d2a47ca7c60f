"""Faces of nobody: made of photos, and still faces to whoever aligned them."""

import numpy as np
import pytest

from tests.trainees import patterns
from training.faces import Making, make

ONE, OTHER = patterns(2, 1)
BENT, JOINED = Making(bend=1, join=0), Making(bend=0, join=1)


def drawn(how: Making, seed: int, other: np.ndarray | None = OTHER) -> np.ndarray:
    return make(ONE, other, how, np.random.default_rng(seed))


def off(face: np.ndarray, photo: np.ndarray) -> float:
    """Mean distance to a photo or its mirror image, in levels."""
    both = (photo, photo[:, ::-1])
    return min(float(np.abs(face.astype(int) - each).mean()) for each in both)


@pytest.mark.parametrize("how", [BENT, JOINED, Making(bend=0, join=0)])
def test_a_face_is_a_crop_and_its_photos_stay(how: Making) -> None:
    """The same seed gives the same bytes; what it is made of is left as it was."""
    before = ONE.copy(), OTHER.copy()
    face = drawn(how, 1)

    assert ((112, 112, 3), "uint8") == (face.shape, str(face.dtype))
    assert np.array_equal(face, drawn(how, 1))
    assert np.array_equal(before, (ONE, OTHER))


def test_without_anything_done_it_is_the_photo_or_its_mirror_image() -> None:
    """Both come up."""
    faces = [drawn(Making(bend=0, join=0), seed) for seed in range(12)]

    assert {0.0} == {off(face, ONE) for face in faces}
    assert {True, False} == {np.array_equal(face, ONE) for face in faces}


def test_a_bent_face_moves_by_pixels_only() -> None:
    """Dots on the template stay within 7 px of where they were, and some of them move."""
    places = [(38, 52), (74, 52), (56, 72), (42, 92), (71, 92)]
    moved = []
    for seed in range(20):
        for x, y in places:
            dots = np.zeros((112, 112, 3), np.uint8)
            dots[y - 2 : y + 3, x - 2 : x + 3] = dots[y - 2 : y + 3, 111 - x - 2 : 111 - x + 3] = (
                255
            )
            face = make(dots, None, BENT, np.random.default_rng(seed))[:, :, 0].astype(float)
            half = slice(0, 56) if x < 56 else slice(56, 112)
            part = face[:, half]
            rows, columns = np.nonzero(part > 60)
            moved.append(np.hypot(rows.mean() - y, columns.mean() + half.start - x))

    assert max(moved) < 7
    assert np.median(moved) > 0.5


def test_a_joined_face_has_something_of_both() -> None:
    """It is neither the one photo nor the other."""
    for seed in range(6):
        face = drawn(JOINED, seed)

        assert off(face, ONE) > 1
        assert off(face, OTHER) > 1


def test_who_has_no_partner_is_not_joined() -> None:
    """However often faces are."""
    assert 0 == off(drawn(JOINED, 3, other=None), ONE)
