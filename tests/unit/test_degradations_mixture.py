"""The draws of training: some clean, the rest covered and spoiled in the order of light."""

import functools
from collections import Counter

import numpy as np
import pytest

from degradations import LADDERS, OCCLUDERS, SCENES, Crop, Degraded, mix
from training.sheets import portrait

ORDER = [
    "misplaced crop", "underexposure", "overexposure", "motion", "defocus", "resolution", "iso",
    "jpeg",
]  # fmt: skip


@functools.cache
def face() -> Crop:
    """NASA's portrait, which nobody may change."""
    crop = portrait()
    crop.flags.writeable = False
    return crop


def _draws(count: int, *, occlude: float, spoil: float) -> list[Degraded]:
    generator = np.random.default_rng(7)
    return [mix(face(), generator, occlude=occlude, spoil=spoil) for _ in range(count)]


@functools.cache
def all_bad() -> list[Degraded]:
    """Many draws of which each is covered and spoiled."""
    return _draws(1500, occlude=1.0, spoil=1.0)


def test_nothing_asked_for_is_nothing_done() -> None:
    """A clean crop is the crop itself, as a copy, with an empty mask."""
    (clean,) = _draws(1, occlude=0.0, spoil=0.0)

    assert np.array_equal(face(), clean.crop)
    assert not np.shares_memory(face(), clean.crop)
    assert not clean.mask.any()
    assert () == clean.causes


def test_shares_are_those_asked_for() -> None:
    """Occluded and spoiled independently; what is neither stays clean."""
    draws = _draws(600, occlude=0.4, spoil=0.3)
    hidden = [any(name in OCCLUDERS for name in draw.causes) for draw in draws]
    spoiled = [any(name in LADDERS for name in draw.causes) for draw in draws]
    clean = [draw for draw in draws if np.array_equal(draw.crop, face())]

    assert 0.4 == pytest.approx(np.mean(hidden), abs=0.06)
    assert 0.3 == pytest.approx(np.mean(spoiled), abs=0.06)
    assert 0.7 * 0.6 == pytest.approx(len(clean) / 600, abs=0.06)
    assert {()} == {draw.causes for draw in clean}


def test_only_what_covers_marks_a_mask() -> None:
    """Spoiled pixels are bad, not hidden."""
    spoiled = _draws(80, occlude=0.0, spoil=1.0)
    covered = _draws(80, occlude=1.0, spoil=0.0)

    assert not any(draw.mask.any() for draw in spoiled)
    assert np.mean([draw.mask.any() for draw in covered]) > 0.97
    assert all(draw.causes for draw in [*spoiled, *covered])


def test_causes_come_in_the_order_of_light() -> None:
    """The thing in front first, the file last; a scene takes the place of all stages."""
    draws = all_bad()
    scenes = {scene.name for scene in SCENES}
    stages = [[name for name in draw.causes if name in ORDER] for draw in draws]

    assert all(sorted(names, key=ORDER.index) == names for names in stages)
    for draw in draws:
        kinds = [name in OCCLUDERS for name in draw.causes]
        assert sorted(kinds, reverse=True) == kinds
        assert not scenes & set(draw.causes) or set(draw.causes[-1:]) <= scenes


def test_everything_is_drawn_some_time() -> None:
    """Each cause, each occluder; several causes together, and two occluders."""
    draws = all_bad()
    seen = Counter(name for draw in draws for name in draw.causes)
    worn = [sum(name in OCCLUDERS for name in draw.causes) for draw in draws]

    assert {*LADDERS, *OCCLUDERS} == set(seen)
    assert {1, 2} == set(worn)
    assert max(sum(name in LADDERS for name in draw.causes) for draw in draws) >= 3


def test_a_seed_says_everything() -> None:
    """A run of training can be repeated byte by byte."""
    once, again = (_draws(60, occlude=0.7, spoil=0.7) for _ in range(2))

    assert [draw.crop.tobytes() for draw in once] == [draw.crop.tobytes() for draw in again]
    assert [draw.mask.tobytes() for draw in once] == [draw.mask.tobytes() for draw in again]
    assert [draw.causes for draw in once] == [draw.causes for draw in again]


def test_the_mask_moves_with_a_misplaced_crop() -> None:
    """A region box that was turned is a box no more; unmoved, every one of them would be."""
    moved = [
        draw.mask
        for draw in all_bad()
        if len(draw.causes) > 1
        and draw.causes[0].startswith("region")
        and draw.causes[1] == ORDER[0]
    ]
    boxes = [np.outer(mask.any(axis=1), mask.any(axis=0)) for mask in moved]

    assert len(moved) >= 8
    assert np.mean([np.array_equal(m, b) for m, b in zip(moved, boxes, strict=True)]) < 0.4
