"""Noise of a sensor: as large as the formula says, where it says, and gone at ISO 100."""

import numpy as np
import pytest

from degradations import raw, sensor
from training.sheets import portrait

ISOS = [100.0, 1600.0, 12800.0]


@pytest.mark.parametrize("iso", ISOS)
@pytest.mark.parametrize("level", [0.02, 0.18, 0.6])
def test_the_variance_of_raw_values_grows_with_light_and_gain(iso: float, level: float) -> None:
    """lambda_s x + lambda_r, and 0.3 of the read noise for rows and for columns."""
    plane = np.full((1000, 1000), level, np.float32)

    seen = sensor.noisy(plane, iso, np.random.default_rng(3))

    shot, read = sensor.noise_of(iso)
    expected = shot * level + read * (1 + 2 * sensor.BANDING**2)
    middle = seen[seen < 1.0]  # some pixels are hot
    assert expected == pytest.approx(float(middle.var()), rel=0.03)
    assert level == pytest.approx(float(middle.mean()), abs=4 * (expected / 1000) ** 0.5)


@pytest.mark.parametrize(
    ("iso", "shot", "ratio"),
    [
        pytest.param(100.0, 6.7e-5, 52, id="100"),
        pytest.param(1600.0, 1.1e-3, 13, id="1600"),
        pytest.param(12800.0, 8.5e-3, 4.0, id="12800"),
    ],
)
def test_the_ladder_is_that_of_the_table(iso: float, shot: float, ratio: float) -> None:
    """lambda_s, and the signal-to-noise ratio at 18 % grey, from methods C.1."""
    shot_noise, read_noise = sensor.noise_of(iso)

    assert shot == pytest.approx(shot_noise, rel=0.05)
    assert ratio == pytest.approx(0.18 / (shot_noise * 0.18 + read_noise) ** 0.5, rel=0.1)


def test_rows_and_columns_have_noise_of_their_own() -> None:
    """The means of rows vary more than independent pixels would."""
    dark = np.zeros((400, 400), np.float32)

    seen = sensor.noisy(dark, 12800.0, np.random.default_rng(5))

    read = sensor.noise_of(12800.0)[1] ** 0.5
    assert sensor.BANDING * read == pytest.approx(float(seen.mean(axis=1).std()), rel=0.15)
    assert sensor.BANDING * read == pytest.approx(float(seen.mean(axis=0).std()), rel=0.15)


def test_one_pixel_of_a_hundred_thousand_is_hot() -> None:
    """Counted on nine million."""
    seen = sensor.noisy(np.zeros((3000, 3000), np.float32), 100.0, np.random.default_rng(1))

    assert 90 == pytest.approx(np.count_nonzero(seen == 1.0), abs=35)


def test_a_photo_at_iso_100_is_nearly_clean() -> None:
    """28 dB or more: what the mosaic costs; at 12800 it is 10 dB less."""
    crop = portrait()
    seen = [sensor.sense(crop, iso, np.random.default_rng(0)).astype(float) for iso in ISOS]
    ratios = [10 * np.log10(255**2 / np.mean((photo - crop) ** 2)) for photo in seen]

    assert ratios[0] > 28.0
    assert ratios[0] - ratios[2] > 10.0


def test_a_camera_develops_what_its_sensor_saw() -> None:
    """Grey stays grey, and a colour that colour: each camera undoes its own matrix."""
    colours = [(128, 128, 128), (60, 90, 170), (180, 120, 60), (245, 245, 245)]
    flat = [np.full((16, 16, 3), colour, np.uint8) for colour in colours]
    cameras = [raw.some_camera(np.random.default_rng(seed)) for seed in range(5)]

    errors = [
        np.abs(raw.develop(raw.mosaic(crop, camera), camera).astype(int) - crop).max()
        for crop in flat
        for camera in cameras
    ]

    assert max(errors) <= 1


def test_the_mosaic_is_rggb() -> None:
    """A red picture lights the pixels at even rows and columns most, a blue one their opposites."""
    camera = raw.some_camera(np.random.default_rng(0))
    red, blue = (
        raw.mosaic(np.full((8, 8, 3), colour, np.uint8), camera)
        for colour in ((0, 0, 255), (255, 0, 0))
    )

    assert red[0::2, 0::2].min() > max(red[0::2, 1::2].max(), red[1::2, 1::2].max())
    assert blue[1::2, 1::2].min() > max(blue[0::2, 1::2].max(), blue[0::2, 0::2].max())


def test_a_demosaiced_ramp_is_a_ramp() -> None:
    """The filters have gain 1 and do not shift: exact on what is linear."""
    ramp = np.add.outer(np.arange(32), 2 * np.arange(32)).astype(np.float32)

    colours = raw.demosaic(ramp)

    inside = (slice(3, -3), slice(3, -3))
    assert np.allclose(colours[inside], ramp[inside][..., None], atol=1e-3)


def test_cleaning_takes_noise_away() -> None:
    """On grey at ISO 6400, more than half of it."""
    grey = np.full((112, 112, 3), 120, np.uint8)
    noisy = sensor.sense(grey, 6400.0, np.random.default_rng(0))

    clean = sensor.denoised(noisy, 6400.0, np.random.default_rng(0))

    assert float(clean.astype(float).std()) < 0.5 * float(noisy.astype(float).std())
