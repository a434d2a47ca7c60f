"""What spoils a crop: seeded, the same kind of picture, worse with every rung of its ladder."""

import dataclasses
import functools
import itertools

import cv2
import numpy as np
import pytest

from degradations import (
    LADDERS,
    Cause,
    Crop,
    blur,
    compression,
    exposure,
    pose_crop,
    resolution,
)
from faces.alignment import TEMPLATE
from tests import images
from training.sheets import portrait

every_cause = pytest.mark.parametrize("cause", LADDERS.values(), ids=list(LADDERS))


@functools.cache
def face() -> Crop:
    """NASA's portrait, which nobody may change."""
    crop = portrait()
    crop.flags.writeable = False
    return crop


def _psnr(spoiled: Crop) -> float:
    error = float(np.mean((spoiled.astype(float) - face()) ** 2))
    return 10 * float(np.log10(255.0**2 / error))


def _mean_psnr(cause: Cause, severity: float, seeds: int = 12) -> float:
    spoiled = (cause.apply(face(), severity, np.random.default_rng(seed)) for seed in range(seeds))
    return float(np.mean([_psnr(crop) for crop in spoiled]))


@every_cause
def test_every_rung_of_a_ladder_is_worse_than_the_one_before(cause: Cause) -> None:
    """The signal-to-noise ratio of the portrait falls, by a tenth of a decibel at least."""
    ratios = [_mean_psnr(cause, severity) for severity in cause.ladder]

    assert len(cause.ladder) >= 5
    assert all(before - after > 0.1 for before, after in itertools.pairwise(ratios))


@every_cause
def test_a_spoiled_crop_is_a_crop_and_the_given_one_is_unchanged(cause: Cause) -> None:
    """In training, too: the crop here cannot be written."""
    before = face().tobytes()
    spoiled = [
        cause.apply(face(), cause.ladder[-1], np.random.default_rng(1)),
        *[cause.spoil(face(), np.random.default_rng(seed)) for seed in range(6)],
    ]

    assert {((112, 112, 3), np.dtype(np.uint8))} == {(crop.shape, crop.dtype) for crop in spoiled}
    assert before == face().tobytes()
    assert all(crop.base is not face() and crop is not face() for crop in spoiled)


@every_cause
def test_a_seed_says_everything(cause: Cause) -> None:
    """The same seed, the same bytes; six seeds of training, six crops."""
    once, again = (
        [cause.spoil(face(), np.random.default_rng(seed)).tobytes() for seed in range(6)]
        for _ in range(2)
    )

    assert once == again
    assert 6 == len(set(once))


@every_cause
def test_training_sees_mild_and_severe_crops(cause: Cause) -> None:
    """Draws reach from better than the second rung to worse than the middle one."""
    draws = [cause.draw(np.random.default_rng(seed)) for seed in range(300)]
    sign = 1 if cause.ladder[0] < cause.ladder[-1] else -1

    assert min(sign * draw for draw in draws) < sign * cause.ladder[1]
    assert max(sign * draw for draw in draws) > sign * cause.ladder[len(cause.ladder) // 2]


@pytest.mark.parametrize("name", ["iso", "resolution"])
def test_causes_that_come_together_are_milder(name: str) -> None:
    """The mildest of three draws, whichever way the ladder goes."""
    cause = LADDERS[name]
    alone, together = (
        np.median([cause.mildest(np.random.default_rng(seed), count) for seed in range(200)])
        for count in (1, 3)
    )

    assert (together < alone) == (cause.ladder[0] < cause.ladder[-1])


def test_a_cause_without_variety_trains_on_what_is_evaluated() -> None:
    """And one with variety does not."""
    plain = dataclasses.replace(LADDERS["jpeg"], vary=None, draw=lambda _: 30.0)
    varied = dataclasses.replace(LADDERS["jpeg"], draw=lambda _: 30.0)
    evaluated = plain.apply(face(), 30.0, np.random.default_rng(0))

    assert np.array_equal(evaluated, plain.spoil(face(), np.random.default_rng(0)))
    assert not np.array_equal(evaluated, varied.spoil(face(), np.random.default_rng(0)))


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        # 128 is 21.6 % of the light; half and double of it are 91.6 and 175.5 of sRGB.
        pytest.param(exposure.UNDER, 92, id="one stop less"),
        pytest.param(exposure.OVER, 176, id="one stop more"),
    ],
)
def test_a_stop_halves_or_doubles_the_light(cause: Cause, expected: int) -> None:
    """In linear light, read off the curve of sRGB."""
    grey = np.full((112, 112, 3), 128, np.uint8)

    seen = cause.apply(grey, 1.0, np.random.default_rng(0))

    assert {expected} == set(seen.ravel().tolist())


@pytest.mark.parametrize("cause", [blur.MOTION, blur.DEFOCUS, resolution.RESOLUTION])
def test_a_flat_picture_has_no_detail_to_lose(cause: Cause) -> None:
    """A blur moves light, and loses none."""
    grey = np.full((112, 112, 3), 90, np.uint8)

    seen = [cause.spoil(grey, np.random.default_rng(seed)) for seed in range(5)]

    assert max(int(np.abs(crop.astype(int) - 90).max()) for crop in seen) <= 1


@pytest.mark.parametrize("length", [3.0, 7.5, 15.0])
def test_motion_spreads_a_point_over_its_length(length: float) -> None:
    """The kernel of a horizontal way is one row of that many pixels."""
    way = np.linspace(-0.5, 0.5, 201) * length
    kernel = blur.path_kernel(way, np.zeros_like(way))
    row = kernel[len(kernel) // 2]
    inside = float(row.max())

    assert float(kernel.sum()) == pytest.approx(1.0, abs=1e-5)
    assert float(row.sum()) == pytest.approx(1.0, abs=1e-5)
    assert inside == pytest.approx(1 / length, rel=0.05)


@pytest.mark.parametrize("radius", [0.5, 2.0, 4.5])
def test_defocus_spreads_a_point_over_a_disk(radius: float) -> None:
    """Light is spread evenly over pi r^2, soft by a pixel at the rim."""
    kernel = blur.disk_kernel(radius)

    assert float(kernel.sum()) == pytest.approx(1.0, abs=1e-5)
    assert 1 / float(kernel.max()) == pytest.approx(np.pi * radius**2, rel=0.25, abs=1.0)


def test_the_resolution_is_what_its_severity_says() -> None:
    """Of 28 px across, 28 x 28 means are kept, and nothing finer."""
    fine = np.tile(np.array([[0, 255], [255, 0]], np.uint8), (56, 56))
    checks = np.repeat(fine[..., None], 3, axis=2)

    seen = resolution.RESOLUTION.apply(checks, 28.0, np.random.default_rng(0))

    assert (28, 28, 3) == resolution.downscaled(face(), 28.0).shape
    assert float(seen.std()) < 1.0
    assert 127.5 == pytest.approx(float(seen.mean()), abs=1.0)


@pytest.mark.parametrize(("inter_eye", "across"), [(8, 25), (12, 38), (16, 51), (24, 76)])
def test_inter_eye_pixels_translate_to_pixels_across(inter_eye: int, across: int) -> None:
    """The table of methods C.1, there and back."""
    assert across == round(resolution.across_from_inter_eye(inter_eye))
    assert inter_eye == round(resolution.inter_eye_from_across(across))


def test_compression_halves_the_resolution_of_colour() -> None:
    """4:2:0: columns of red and blue come out alike; of black and white they do not."""
    columns = np.arange(112) % 2 == 0
    coloured = np.where(columns[None, :, None], (0, 0, 254), (150, 76, 0))
    coloured = np.broadcast_to(coloured, (112, 112, 3)).astype(np.uint8)
    greys = np.repeat((columns * np.uint8(200))[None, :, None], 112, axis=0).repeat(3, axis=2)
    flat, sharp = (compression.compress(np.ascontiguousarray(c), 95) for c in (coloured, greys))
    red = cv2.cvtColor(flat, cv2.COLOR_BGR2YCrCb)[..., 1].astype(int)

    assert np.abs(np.diff(red[8:-8, 8:-8], axis=1)).max() < 25
    assert np.abs(np.diff(sharp[..., 0].astype(int), axis=1)).min() > 150


@pytest.mark.parametrize("displacement", [2.0, 8.0])
def test_a_misplaced_crop_misses_the_landmarks_by_its_severity(displacement: float) -> None:
    """On average over the five points, whatever the mixture of shift, turn and scale."""
    matrices = [
        pose_crop.misplacement(displacement, np.random.default_rng(seed)) for seed in range(9)
    ]
    template = np.column_stack([TEMPLATE, np.ones(5)])
    missed = [float(np.mean(np.linalg.norm(template @ m.T - TEMPLATE, axis=1))) for m in matrices]

    assert [pytest.approx(displacement, rel=1e-3)] * 9 == missed


def test_scenes_spoil_synthetic_pictures_too() -> None:
    """Black, white and static go through every cause: no division by what is not there."""
    pictures = [np.zeros((112, 112, 3), np.uint8), np.full((112, 112, 3), 255, np.uint8)]
    pictures.append(images.noise(112, 112))

    seen = [
        cause.spoil(picture, np.random.default_rng(2))
        for cause in LADDERS.values()
        for picture in pictures
    ]

    assert {(112, 112, 3)} == {crop.shape for crop in seen}
