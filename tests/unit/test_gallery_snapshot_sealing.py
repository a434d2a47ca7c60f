"""A snapshot with a key tells nothing of its rows, and is not used if it was altered."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typing_extensions import override

from meshkit.sealing import Ring, Sealer
from services.gallery.faiss import FaissIndex, FaissIndexes
from services.gallery.snapshots import Folder, Manifest, Unreadable
from services.gallery.snapshots.sealed import Wrapping
from tests.galleries import unit_vectors
from tests.indexes import faces
from tests.sealing import KEY, OTHER, found, key_file, key_id, sealer
from tests.snapshots import COLLECTION, COUNT, LOCK, filled
from tests.upkeeps import house, names


def saved(folder: Path, by: Sealer) -> FaissIndex:
    """An index of two stages, with its snapshot."""
    indexes = FaissIndexes(snapshots=Folder(folder, by))
    index = filled(indexes)
    indexes.save(index, COLLECTION, LOCK)
    return index


def opened(folder: Path, by: Sealer) -> FaissIndex:
    """What another process finds."""
    return FaissIndexes(snapshots=Folder(folder, by)).opened(COLLECTION, COUNT)


@pytest.mark.parametrize(
    ("by", "told"),
    [
        pytest.param(Sealer(), [True, True], id="no key"),
        pytest.param(sealer(KEY), [False, False], id="key"),
    ],
)
def test_codes_are_readable_only_without_a_key(
    tmp_path: Path, by: Sealer, told: list[bool]
) -> None:
    """Neither those of vectors, nor what was learned of all of them."""
    index = saved(tmp_path, by)
    assert index.stage

    assert told == found(tmp_path, index.rows.codes[7].tobytes(), index.stage.learned[-4096:])


def test_a_sealed_snapshot_is_read_again(tmp_path: Path) -> None:
    """All of it: searches find the same, with the same similarities."""
    probes = faces(5)
    before = saved(tmp_path, sealer(KEY))
    after = opened(tmp_path, sealer(KEY))

    assert before.keys().tolist() == after.keys().tolist()
    np.testing.assert_array_equal(before.vectors(before.keys()), after.vectors(after.keys()))
    np.testing.assert_array_equal(before.nearest(probes, 10).keys, after.nearest(probes, 10).keys)


def test_an_erased_row_is_gone_from_a_sealed_snapshot(tmp_path: Path) -> None:
    """Its block is sealed anew without it, and everything else is there."""
    saved(tmp_path, sealer(KEY))
    folder = Folder(tmp_path, sealer(KEY))
    indexes = FaissIndexes(snapshots=folder)
    indexes.opened(COLLECTION, COUNT)
    indexes.erase(COLLECTION.key, np.array([3, 3 * COUNT]))
    left = opened(tmp_path, sealer(KEY)).keys()

    assert (COUNT - 2, 6, 3 * (COUNT - 1)) == (len(left), left[0], left[-1])


@pytest.mark.parametrize(
    "by", [pytest.param(sealer(OTHER, KEY), id="replaced"), pytest.param(Sealer(), id="none")]
)
def test_a_snapshot_of_another_key_is_deleted(tmp_path: Path, by: Sealer) -> None:
    """It can be made again; the key that it has should be of no use any more."""
    saved(tmp_path, sealer(KEY))
    index = opened(tmp_path, by)

    assert 0 == len(index.keys())
    assert [] == list(tmp_path.iterdir())


def test_a_block_is_read_in_its_place_only() -> None:
    """Who can write files can make checksums: blocks that change places are found out."""
    one, other = (Wrapping(manifest(key), sealer(KEY)) for key in (7, 8))
    kept = one.put(1, b"rows of people")

    assert b"rows of people" == one.get(1, kept)
    for wrapping, number in ((one, 2), (other, 1)):
        with pytest.raises(Unreadable, match="altered, or belongs to another place"):
            wrapping.get(number, kept)


def manifest(collection: int) -> Manifest:
    """Of a sealed snapshot."""
    return Manifest(
        collection=collection,
        created_us=1,
        contract_id=COLLECTION.contract_id,
        dimension=COLLECTION.dimension,
        asked="",
        plan="",
        key_id=key_id(KEY),
        rows=1,
        code_bytes=1,
        parts=(),
    )


class Held(Folder):
    """Begins to write when it may."""

    gate, entered = threading.Event(), threading.Event()

    @override
    def save(self, manifest: Manifest, block: Any) -> None:
        self.entered.set()
        assert self.gate.wait(60)
        super().save(manifest, block)


async def test_a_first_copy_that_is_under_way_is_written_anew_too(tmp_path: Path) -> None:
    """It began with the key from before, under which nothing may stay."""
    keys, count = key_file(tmp_path / "keys", KEY), 20_000  # from so many on there are copies
    by, folder = Sealer(lambda: Ring.read(keys)), tmp_path / "snapshots"
    indexes = FaissIndexes(snapshots=Held(folder, by))
    async with house(tmp_path / "db", indexes, dimension=8, every_s=0.01) as all_of_it:
        await all_of_it.enroll(names(count), unit_vectors(count, 8))
        assert await asyncio.to_thread(Held.entered.wait, 60)
        key_file(keys, OTHER, KEY)
        by.renew([])
        again = asyncio.create_task(all_of_it.upkeep.copy_again())
        await asyncio.sleep(0)
        Held.gate.set()
        await again
        collection = all_of_it.shelf.collection
    left = FaissIndexes(snapshots=Folder(folder, sealer(OTHER))).opened(collection, count)

    assert count == len(left.keys())
