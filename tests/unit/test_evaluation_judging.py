"""Ladders, repeated shots, things that are no faces, and names of what is covered."""

import numpy as np
import pytest

from evaluation.measures import ladders, outliers, patterns
from faces.patterns import NOTHING, label, rectangles


@pytest.mark.parametrize(
    ("means", "expected"),
    [
        pytest.param([0.9, 0.7, 0.7, 0.2], 0.0, id="never"),
        pytest.param([0.9, 0.7, 0.75, 0.2], 0.05, id="once"),
        pytest.param([0.1, 0.3, 0.2, 0.6], 0.4, id="the largest one"),
        pytest.param([0.5], 0.0, id="one rung"),
    ],
)
def test_a_rise_is_seen(means: list[float], expected: float) -> None:
    """From one rung to the next."""
    assert expected == pytest.approx(ladders.largest_rise(np.array(means)))


def test_a_quality_that_never_changes_follows_nothing() -> None:
    """No number, rather than a warning and a number."""
    assert np.isnan(ladders.follows(np.ones(5), np.arange(5.0)))
    assert 1.0 == pytest.approx(ladders.follows(np.arange(5.0), np.arange(5.0) ** 3))


def test_an_error_is_a_root_mean_square() -> None:
    """Of .3 and .4 less their goals: the root of (.09 + .16) / 2."""
    found = ladders.error(np.array([0.8, 0.1]), np.array([0.5, 0.5]))

    assert 0.125**0.5 == pytest.approx(found)


def test_shots_are_spread_image_by_image() -> None:
    """The distance of the images from each other does not count."""
    shots = np.array([[0.1, 0.3], [0.9, 0.9]])

    assert [0.02**0.5, 0.0] == pytest.approx(ladders.spread(shots).tolist())


def test_separation_and_false_rate_by_hand() -> None:
    """20 faces of which the highest line that keeps 19 is .1; two of four others are above."""
    faces = np.array([0.05, 0.1, *[0.9] * 18])
    others = np.array([0.0, 0.01, 0.2, 0.95])

    assert 0.5 == outliers.false_rate(faces, others)
    # Each other thing against the faces below it: .0 and .01 below 20, .2 below 18, .95 none.
    assert (20 + 20 + 18 + 0) / 80 == pytest.approx(outliers.separation(faces, others))


def test_the_direction_is_that_of_faces() -> None:
    """A score that is high for things that are no faces separates below one half."""
    assert 0.0 == outliers.separation(np.zeros(5), np.ones(5))
    assert 1.0 == outliers.separation(np.ones(5), np.zeros(5))


def _mask(box: tuple[int, int, int, int]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    mask = np.zeros((112, 112), dtype=np.bool_)
    mask[box[0] : box[2], box[1] : box[3]] = True
    return mask


def _sure_of(*named: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.eye(226, dtype=np.float32)[list(named)] * 5


def test_right_names_of_true_rectangles_are_perfect() -> None:
    """A whole cell, half of the grid, and nothing."""
    masks = np.stack([_mask((0, 0, 22, 22)), _mask((45, 0, 112, 112)), _mask((0, 0, 0, 0))])
    best = [label(mask) for mask in masks]

    found = patterns.judge(_sure_of(*best), masks)

    assert (1.0, 1.0, 1.0, 1.0) == (found.top1, found.overlap, found.mask_overlap, found.most)


def test_a_near_name_is_wrong_but_close() -> None:
    """Two cells are named where one is covered: no hit, half of the overlap."""
    cells = {tuple(row): number for number, row in enumerate(rectangles().tolist())}

    found = patterns.judge(_sure_of(cells[0, 0, 1, 2]), _mask((0, 0, 22, 22))[None])

    assert 0.0 == found.top1
    assert 22 / 45 == pytest.approx(found.overlap)
    assert 22 / 45 == pytest.approx(found.mask_overlap)


def test_nothing_is_like_nothing_only() -> None:
    """A clean face that is called covered has no overlap, and is like itself otherwise."""
    table = patterns.alike()

    assert 1.0 == table[NOTHING, NOTHING]
    assert 0.0 == table[NOTHING, 1:].max()
    assert (np.diag(table) == 1.0).all()
    assert np.array_equal(table, table.T)


def test_what_fits_no_rectangle_has_a_ceiling() -> None:
    """Two far corners: the best pattern covers one of them, and more cannot be asked for."""
    mask = _mask((0, 0, 22, 22)) | _mask((90, 90, 112, 112))

    found = patterns.judge(_sure_of(label(mask)), mask[None])

    assert 1.0 == found.top1 == found.overlap
    assert 0.5 == found.mask_overlap == found.most
