"""The calibration that is shipped: fitted to people kept aside, clean and spoiled."""

from pathlib import Path

import numpy as np

from evaluation import calibrating
from evaluation.parts.calibration import Comparisons
from meshkit.calibration_file import parse
from tests import subjects

CONTRACT = "arc512-1"


def test_is_fitted_to_both_and_written_beside_the_models(tmp_path: Path) -> None:
    """Rates are those of clean photos alone; the file is one that a gateway reads."""
    photos = subjects.people(60)
    trial = subjects.trial(subjects.made(tmp_path), photos)
    generator = np.random.default_rng(3)
    same = np.arange(400) < 100
    spoiled = Comparisons(
        similarity=generator.normal(np.where(same, 0.6, 0.0), 0.1),
        quality=generator.random(400),
        same=same,
    )

    found = calibrating.fitted(trial, spoiled, CONTRACT)
    path = calibrating.write(found, tmp_path, "made")

    assert (60, len(photos.crops)) == (found.counts.persons, found.counts.photos)
    assert tmp_path / "calibrations" / "made.toml" == path
    assert found == parse(path.read_bytes())
    head, *rows = calibrating.table(found)
    assert len(calibrating.SIZES) * len(calibrating.TARGETS) == len(rows)
    assert {len(head)} == {len(row) for row in rows}
