"""The folder of snapshots: whose it is, and what else may be in it."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typing_extensions import override

from meshkit.config import ConfigError
from meshkit.sealing import Sealer
from services.gallery.choices import indexes_of
from services.gallery.config import Config
from services.gallery.exact import ExactIndex, ExactIndexes
from services.gallery.faiss import FaissIndexes
from services.gallery.index import Index
from services.gallery.records import Collection, Keys
from services.gallery.snapshots import Folder
from tests.galleries import unit_vectors
from tests.snapshots import COLLECTION as SEVENTH
from tests.snapshots import LOCK, filled, opened, saved, the_file
from tests.upkeeps import house, names


def left(folder: Path) -> Sequence[str]:
    return sorted(file.name for file in folder.iterdir())


def config(folder: Path, **fields: Any) -> Config:
    return Config(path=folder.with_name("db"), snapshots=folder, **fields)


def test_files_of_others_are_left_alone(folder: Path) -> None:
    """Only what is named as a snapshot is deleted with its collection."""
    saved(folder)
    for name in ("7-copy.snapshot", "².snapshot", "notes"):
        (folder / name).touch()

    Folder(folder).keep([])

    assert ["7-copy.snapshot", "notes", "².snapshot"] == left(folder)


def test_a_snapshot_that_somebody_took_away_is_none(folder: Path) -> None:
    """Statistics tell of none, and no error."""
    indexes = FaissIndexes(snapshots=Folder(folder))
    indexes.save(filled(indexes), SEVENTH, LOCK)
    before = indexes.saved(7)
    the_file(folder).unlink()

    assert before
    assert indexes.saved(7) is None


def test_a_snapshot_that_cannot_even_be_deleted_is_not_used(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The index is empty, and the log says what is still there."""
    (folder / "7.snapshot").mkdir(parents=True)

    with caplog.at_level(logging.WARNING):
        index = opened(folder)

    assert 0 == len(index)
    assert "a snapshot that is not used is still there" in caplog.text


class Unerasable(ExactIndexes):
    """What survived holds somebody who is gone, and cannot be changed."""

    @override
    def opened(self, collection: Collection, count: int) -> Index:
        index = ExactIndex(collection.dimension)
        index.add(np.array([1]), unit_vectors(1, seed=9))
        return index

    @override
    def erase(self, collection: int, templates: Keys) -> None:
        raise OSError("the disk is read-only")


async def test_what_cannot_be_erased_keeps_nobody_from_starting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The collection is served without whoever is gone, and the log says what survives."""
    async with house(tmp_path / "db", ExactIndexes()) as before:
        await before.enroll(names(5), unit_vectors(5))
    async with house(tmp_path / "db", Unerasable()) as after:
        [found] = await after.found(unit_vectors(1, seed=9)[0], limit=10)
        stale = after.shelf.stale

    assert (set(names(5)), False) == (set(found), stale)
    assert "what was removed may survive a restart" in caplog.text


def test_a_folder_belongs_to_one_gallery(folder: Path) -> None:
    """Another one that is given it does not start, until the first has ended."""
    with (
        indexes_of(config(folder), Sealer()),
        pytest.raises(ConfigError, match="for snapshots: it is open in another gallery"),
        indexes_of(config(folder, index="exact"), Sealer()),
    ):
        pass
    with indexes_of(config(folder), Sealer()) as again:
        assert "faiss" == again.kind


def test_indexes_without_snapshots_leave_nobody_in_the_folder(folder: Path) -> None:
    """Vectors that another kind of index has copied go with it."""
    saved(folder)
    with indexes_of(config(folder), Sealer()):
        kept = left(folder)
    with indexes_of(config(folder, index="exact"), Sealer()):
        after = left(folder)

    assert (["7.snapshot", "lock"], ["lock"]) == (kept, after)


def test_no_folder_is_made_for_indexes_without_snapshots(folder: Path) -> None:
    """Nothing is written where nothing will be."""
    with indexes_of(config(folder, index="exact"), Sealer()):
        assert not folder.exists()
