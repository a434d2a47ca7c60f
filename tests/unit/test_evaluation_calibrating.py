"""The calibration that is shipped: fitted to people kept aside, clean and spoiled."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from evaluation import calibrating
from evaluation.memory import Memory
from evaluation.parts.calibration import Comparisons
from evaluation.study import Named
from faces.calibration import fit
from meshkit.calibration_file import parse
from tests import subjects
from tests.calibrations import MADE, crowd

CONTRACT = "arc512-1"


def _spoiled() -> Comparisons:
    generator = np.random.default_rng(3)
    same = np.arange(400) < 100
    return Comparisons(
        similarity=generator.normal(np.where(same, 0.6, 0.0), 0.1),
        quality=generator.random(400),
        same=same,
    )


def test_is_fitted_to_everybody_and_written_beside_the_models(tmp_path: Path) -> None:
    """Rates are those of clean photos alone; the file is one that a gateway reads."""
    subject, photos, everybody = (
        subjects.made(tmp_path),
        subjects.people(60),
        subjects.people(150, seed=6),
    )
    trial = subjects.trial(subject, photos)
    known = Named(crops=everybody.crops, names=[f"p{n:03}" for n in everybody.people])

    strangers = calibrating.seen(subject, Memory(None), known)
    found = calibrating.fitted(trial, _spoiled(), strangers, CONTRACT)
    path = calibrating.write(found, tmp_path, "made")

    assert (150, len(everybody.crops)) == (found.counts.persons, found.counts.photos)
    assert len(photos.crops) // 2 == found.counts.mated
    assert found.data.endswith(calibrating.EVERYBODY)
    assert tmp_path / "calibrations" / "made.toml" == path
    assert found == parse(path.read_bytes())
    head, *rows = calibrating.table(found)
    assert len(calibrating.SIZES) * len(calibrating.TARGETS) == len(rows)
    assert {len(head)} == {len(row) for row in rows}


def test_who_was_kept_apart_by_training_says_nothing_of_strangers(tmp_path: Path) -> None:
    """Their lines would be too low for everybody else: the people kept aside speak alone."""
    photos = subjects.people(60)
    trial = subjects.trial(subjects.made(tmp_path), photos)
    apart = crowd(150, 2, dimension=192, noise=0.1)
    vectors = np.repeat(np.eye(192, dtype=np.float32)[:150], 2, axis=0)
    vectors += 0.02 * apart.vectors
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    found = calibrating.fitted(trial, _spoiled(), replace(apart, vectors=vectors), CONTRACT)

    assert 60 == found.counts.persons
    assert found.data.endswith(calibrating.ASIDE)


def test_people_of_one_kind_agree() -> None:
    """And people who resemble each other less do not."""
    own, same, apart = (
        fit(each, contract_id=CONTRACT, data="", made=MADE)
        for each in (crowd(80, 3), crowd(200, 3), crowd(200, 3, dimension=64))
    )

    assert calibrating.agree(own, same)
    assert not calibrating.agree(own, apart)
