"""Who is erased is in no snapshot, whatever is being done to it at that moment."""

from pathlib import Path

import numpy as np
import pytest

from services.gallery.faiss import FaissIndexes
from services.gallery.records import Keys
from services.gallery.snapshots import Folder
from tests.snapshots import COLLECTION, COUNT, LOCK, Meddling, filled, opened, saved, the_file


def keys(*numbers: int) -> Keys:
    return np.array(numbers, np.int64)


def test_what_is_erased_is_off_the_disk(folder: Path) -> None:
    """Vector, code and key are overwritten; everybody else is still there."""
    index = saved(folder)
    gone = keys(3, 3 * 1024, 3 * 1025, 3 * COUNT)
    rows = gone // 3 - 1
    assert index.stage
    traces = [index.rows.codes[row].tobytes() for row in rows]
    traces += [index.stage.codes(0, COUNT)[row].tobytes() for row in rows]
    snapshots = Folder(folder)
    FaissIndexes(snapshots=snapshots).opened(COLLECTION, COUNT)
    before = the_file(folder).read_bytes()

    snapshots.erase(7, np.append(gone, [1, 99_999]))

    after = the_file(folder).read_bytes()
    kept = np.setdiff1d(index.keys(), gone)
    again = opened(folder)
    assert [True] * 8 == [trace in before for trace in traces]
    assert [False] * 8 == [trace in after for trace in traces]
    np.testing.assert_array_equal(kept, again.keys())
    np.testing.assert_array_equal(index.vectors(kept), again.vectors(kept))
    assert again.stage
    np.testing.assert_array_equal(
        index.stage.codes(0, COUNT)[kept // 3 - 1], again.stage.codes(0, len(kept))
    )


def test_a_crash_amid_an_erasure_costs_the_snapshot(folder: Path) -> None:
    """Rows without their new checksum, or a checksum without its rows: not used."""
    saved(folder)
    path = the_file(folder)
    before = path.read_bytes()
    snapshots = Folder(folder)
    FaissIndexes(snapshots=snapshots).opened(COLLECTION, COUNT)
    snapshots.erase(7, keys(2400))
    after = path.read_bytes()
    [first, *_, last] = np.flatnonzero(np.frombuffer(before, "u1") != np.frombuffer(after, "u1"))
    between = first + 16  # behind the checksum, before the rows

    for half in (before[:between] + after[between:], after[:between] + before[between:]):
        assert first < between < last
        assert half not in {before, after}
        path.write_bytes(half)
        assert 0 == len(opened(folder))


def test_removed_templates_are_not_saved(folder: Path) -> None:
    """A snapshot holds no more than its index."""
    indexes = FaissIndexes(snapshots=Folder(folder))
    index = filled(indexes)
    trace = index.rows.codes[99].tobytes()
    index.remove(keys(300))
    indexes.save(index, COLLECTION, LOCK)

    assert trace not in the_file(folder).read_bytes()
    np.testing.assert_array_equal(np.setdiff1d(index.keys(), keys(300)), opened(folder).keys())


@pytest.mark.parametrize("nth", [1, 2, 3, 5])
def test_who_is_removed_while_a_snapshot_is_written_is_not_in_it(folder: Path, nth: int) -> None:
    """Whether their block was copied, was written, or is still to come."""
    snapshots = Folder(folder)
    indexes = FaissIndexes(snapshots=snapshots)
    index = filled(indexes)
    gone = 3 * np.array([1, 1500, 2500, COUNT])
    traces = [index.rows.codes[row].tobytes() for row in gone // 3 - 1]

    def remove() -> None:
        index.remove(gone)
        snapshots.erase(7, gone)

    indexes.save(index, COLLECTION, Meddling(nth, remove))

    raw = the_file(folder).read_bytes()
    assert [False] * 4 == [trace in raw for trace in traces]
    np.testing.assert_array_equal(np.setdiff1d(index.keys(), gone), opened(folder).keys())


def test_a_draft_that_cannot_forget_is_deleted(folder: Path) -> None:
    """Damage between its writing and an erasure costs both files, at once."""
    snapshots = Folder(folder)
    indexes = FaissIndexes(snapshots=snapshots)
    left: list[list[Path]] = []

    def spoil() -> None:
        path = the_file(folder)
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        snapshots.erase(7, keys(3 * 2048))
        left.append(list(folder.iterdir()))

    indexes.save(filled(indexes), COLLECTION, Meddling(3, spoil))

    assert ([[]], []) == (left, list(folder.iterdir()))


@pytest.mark.parametrize("nth", [1, 3])
def test_a_collection_dropped_meanwhile_leaves_nothing(folder: Path, nth: int) -> None:
    """Neither a snapshot nor the beginning of one."""
    snapshots = Folder(folder)
    indexes = FaissIndexes(snapshots=snapshots)

    def drop() -> None:
        snapshots.drop(7)

    indexes.save(filled(indexes), COLLECTION, Meddling(nth, drop))

    assert [] == list(folder.iterdir())


def test_a_snapshot_that_cannot_forget_is_deleted(folder: Path) -> None:
    """A block that is damaged cannot be changed, so the file goes."""
    saved(folder)
    snapshots = Folder(folder)
    FaissIndexes(snapshots=snapshots).opened(COLLECTION, COUNT)
    path = the_file(folder)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)

    snapshots.erase(7, keys(3 * COUNT))

    assert [] == list(folder.iterdir())


def test_a_snapshot_that_nobody_opened_is_deleted_by_an_erasure(folder: Path) -> None:
    """Nobody knows whether it holds the template."""
    saved(folder)

    Folder(folder).erase(7, keys(3))

    assert [] == list(folder.iterdir())
