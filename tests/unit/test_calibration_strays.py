"""Photos in the wrong folder, among made-up people whose photos are known to be theirs."""

from dataclasses import replace

import numpy as np
import pytest

from faces.calibration import Photos, Size, fit, strays
from faces.calibration.pairs import People
from faces.embedding import Vectors
from tests.calibrations import CONTRACT, MADE, crowd

PEOPLE = crowd(60, 6, dimension=128, noise=0.3)
TARGET, HUNDRED = 0.01, Size(persons=100, templates=100)


def misfiled(photos: Photos, *rows: int) -> Photos:
    """Some photos are in the folder of the next person."""
    people = photos.people.copy()
    people[list(rows)] = (people[list(rows)] + 1) % (int(people.max()) + 1)
    return replace(photos, people=people)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param((), id="none"),
        pytest.param((12,), id="one"),
        pytest.param((12, 13, 40, 41, 300), id="several, some into one folder"),
    ],
)
def test_finds_what_is_in_the_wrong_folder_and_nothing_else(rows: tuple[int, ...]) -> None:
    """However many there are: what is found does not count for the next look."""
    found = strays(*_parts(misfiled(PEOPLE, *rows)))

    assert list(rows) == np.flatnonzero(found).tolist()


def test_look_alikes_stay() -> None:
    """Two people whose photos are nearly as close to each other as to themselves are strangers."""
    generator = np.random.default_rng(2)
    mean = np.zeros(128)
    mean[0] = 1.0
    twins = [0.45 * generator.normal(size=128) / 128**0.5 for _ in range(2)]
    extra = np.concatenate(
        [mean + twin + 0.6 * generator.normal(size=(6, 128)) / 128**0.5 for twin in twins]
    )
    extra /= np.linalg.norm(extra, axis=1, keepdims=True)
    photos = Photos(
        vectors=np.concatenate([PEOPLE.vectors, extra.astype(np.float32)]),
        quality=np.concatenate([PEOPLE.quality, np.ones(12)]),
        people=np.concatenate([PEOPLE.people, np.repeat([60, 61], 6)]),
    )

    assert (extra[:6] @ extra[6:].T).mean() > 0.5
    assert not strays(*_parts(photos)).any()


def test_a_single_photo_is_nobodys_else() -> None:
    """Nothing says whose it is, even if it is like somebody else's."""
    alone = replace(PEOPLE, people=np.where(np.arange(360) == 12, 60, PEOPLE.people))

    assert not strays(*_parts(alone)).any()


def test_who_has_no_photo_left_has_no_number() -> None:
    """The others move up, so that a fit does not count people who are not there."""
    kept = PEOPLE.where(PEOPLE.people != 7)

    assert list(range(59)) == np.unique(kept.people).tolist()
    assert 354 == len(kept.vectors) == len(kept.quality)


def test_without_strays_a_fit_is_that_of_good_folders() -> None:
    """With them, its line for a hundred people lies among the similarities of one person."""
    wrong = misfiled(PEOPLE, *range(0, 240, 6))
    sorted_out = wrong.where(~strays(*_parts(wrong)))

    lines = [
        fit(photos, contract_id=CONTRACT, data="", made=MADE).line(TARGET, HUNDRED)
        for photos in (PEOPLE, sorted_out, wrong)
    ]

    assert lines[0] == pytest.approx(lines[1], abs=0.01)
    assert lines[2] > lines[0] + 0.1


def _parts(photos: Photos) -> tuple[Vectors, People]:
    return photos.vectors, photos.people
