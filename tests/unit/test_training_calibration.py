"""From log u to numbers that people can use."""

import tomllib

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluation.measures.ladders import ARTICLE
from faces.quality import UncertaintyCalibration
from training.calibration import SHOTS, Table, band, calibrate, follow


def test_the_band_holds_nine_of_ten_shots_around_the_mean_of_the_others() -> None:
    """Shots of normal noise with deviation s: the difference to the mean of the other four has
    s sqrt(1 + 1/4), of which 90 % lie within 1.645 deviations."""
    shots = np.random.default_rng(1).normal(0.0, 0.2, (4000, SHOTS)) + np.arange(4000)[:, None]

    assert pytest.approx(0.2 * 1.25**0.5 * 1.645, rel=0.03) == band(shots)


def test_the_parity_curve_is_found_again() -> None:
    """Log u that lies where one curve puts the article's scores gives that curve."""
    middle, width = 1.3, 0.4
    logs = {iso: np.full(9, middle - width * np.log(q / (1 - q))) for iso, q in ARTICLE.items()}
    found = follow(logs)

    assert pytest.approx((middle, width), abs=0.01) == found


def test_a_calibration_is_what_the_service_reads() -> None:
    """The utility curve passes one half where half of the comparisons pass, quality falls as log
    u rises, and the service's own class takes the table from TOML."""
    generator = np.random.default_rng(2)
    logs = generator.uniform(-1, 3, 4000)
    passed = generator.random(4000) < 1 / (1 + np.exp((logs - 0.8) / 0.3))

    def judge(crops: NDArray[np.uint8]) -> NDArray[np.float64]:
        return np.asarray(crops.astype(np.float64).std(axis=(1, 2, 3)) / 50)

    crops = generator.integers(0, 255, (6, 112, 112, 3), dtype=np.uint8)
    table = calibrate(logs, passed, crops=crops, judge=judge)
    served = UncertaintyCalibration(**tomllib.loads(table.lines()))

    assert pytest.approx(0.8, abs=0.05) == table.midpoint
    assert pytest.approx(0.3, abs=0.05) == table.width
    assert table.band > 0
    good, bad = served.scores(np.exp(np.array([0.0, 2.0], np.float32)))
    assert good > 0.9
    assert bad < 0.1


def test_a_table_is_written_as_toml() -> None:
    """Key by key."""
    table = Table(midpoint=0.5, width=0.25, band=0.1, parity_midpoint=1.0, parity_width=0.5)
    expected = {
        "method": "uncertainty", "midpoint": 0.5, "width": 0.25, "band": 0.1,
        "parity_midpoint": 1.0, "parity_width": 0.5,
    }  # fmt: skip

    assert expected == tomllib.loads(table.lines())
