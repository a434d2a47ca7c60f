"""Snapshots: a restart's short way, which may be lost and never lies."""

import logging
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.gallery.faiss import FaissIndex, FaissIndexes
from services.gallery.plan import Plan
from services.gallery.records import Keys
from services.gallery.snapshots import Folder
from tests.indexes import a_collection, faces

DIMENSION, COUNT = 64, 5000
TWO_STAGES = Plan(first_stage="PCAR32,PQ16x4fs", shortlist=100)
COLLECTION = a_collection(DIMENSION, key=7)
LOCK = threading.Lock()


def keys(*numbers: int) -> Keys:
    return np.array(numbers, np.int64)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


def filled(indexes: FaissIndexes, plan: Plan = TWO_STAGES, count: int = COUNT) -> FaissIndex:
    """An index of `count` templates, keys 3, 6, 9, ..."""
    index = indexes.make(COLLECTION, plan, faces(2000))
    index.add(3 * np.arange(1, count + 1), faces(count))
    return index


def saved(folder: Path, plan: Plan = TWO_STAGES, count: int = COUNT) -> FaissIndex:
    """The same, with a snapshot."""
    indexes = FaissIndexes(snapshots=Folder(folder))
    index = filled(indexes, plan, count)
    indexes.save(index, COLLECTION, LOCK)
    return index


def opened(folder: Path, count: int = COUNT, **fields: Any) -> FaissIndex:
    """What another process finds."""
    collection = a_collection(DIMENSION, key=7, **fields)
    return FaissIndexes(snapshots=Folder(folder)).opened(collection, count)


def the_file(folder: Path) -> Path:
    [path] = folder.iterdir()
    return path


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(Plan(storage="fp32"), id="fp32"),
        pytest.param(Plan(storage="fp16"), id="fp16"),
        pytest.param(Plan(storage="int8"), id="int8"),
        pytest.param(TWO_STAGES, id="two stages"),
        pytest.param(Plan(first_stage="PQ32x4fs", shortlist=100), id="no rotation"),
        pytest.param(
            Plan(first_stage="IVF16,PQ32x4fs", shortlist=100, nprobe=4), id="cells, encoded again"
        ),
    ],
)
@pytest.mark.parametrize("count", [5000, 5120, 5633])
def test_an_index_comes_back_as_it_was(folder: Path, plan: Plan, count: int) -> None:
    """With the same keys, vectors and answers; and it can grow."""
    before = saved(folder, plan, count)

    after = opened(folder)

    probes = faces(50, seed=4)
    np.testing.assert_array_equal(before.keys(), after.keys())
    np.testing.assert_array_equal(before.vectors(before.keys()), after.vectors(after.keys()))
    np.testing.assert_array_equal(before.nearest(probes, 10).keys, after.nearest(probes, 10).keys)
    assert before.plan == after.plan
    for index in (before, after):
        index.add(np.arange(50_000, 50_050), probes)
    np.testing.assert_array_equal(before.nearest(probes, 10).keys, after.nearest(probes, 10).keys)
    np.testing.assert_array_equal(np.arange(50_000, 50_050), after.nearest(probes, 1).keys[:, 0])


def test_the_codes_are_read_not_made_again(folder: Path) -> None:
    """The first stage of an opened snapshot holds the very codes of the one before."""
    before, after = saved(folder), opened(folder)

    assert before.stage
    assert after.stage
    np.testing.assert_array_equal(before.stage.codes(0, COUNT), after.stage.codes(0, COUNT))


def test_without_a_snapshot_an_index_is_empty(folder: Path) -> None:
    """The caller fills it, or makes another one."""
    assert (0, True) == (len(opened(folder)), opened(folder).exact)


@pytest.mark.parametrize("share", [0.0, 0.0002, 0.03, 0.2, 0.5, 0.9999])
@pytest.mark.parametrize("harm", ["flipped", "cut"])
def test_a_damaged_snapshot_is_not_used(
    folder: Path, share: float, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Wherever it is damaged; one line says so, and nothing of it stays on disk."""
    saved(folder)
    path = the_file(folder)
    raw = bytearray(path.read_bytes())
    place = int(share * len(raw))
    raw[place] ^= 4
    path.write_bytes(raw[:place] if harm == "cut" else raw)

    with caplog.at_level(logging.WARNING):
        index = opened(folder)

    assert (0, [], 1) == (len(index), list(folder.iterdir()), len(caplog.records))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"contract_id": "arc8-other"}, id="contract"),
        pytest.param({"created_us": 5}, id="collection of another database"),
        pytest.param({"plan": Plan(storage="fp32").dump()}, id="tuned since"),
        pytest.param({"count": 10_000_000, "was": Plan()}, id="grown out of its plan"),
        pytest.param({"count": 10, "was": TWO_STAGES}, id="shrunk"),
    ],
)
def test_a_snapshot_of_something_else_is_not_used(folder: Path, fields: dict[str, Any]) -> None:
    """A collection gets only vectors of its own, in the way that it is to be searched."""
    saved(folder, fields.pop("was", TWO_STAGES))

    assert 0 == len(opened(folder, **fields))


def test_a_tuned_collection_keeps_its_plan_at_any_size(folder: Path) -> None:
    """What an operator chose is not judged by size."""
    saved(folder)

    assert COUNT == len(opened(folder, count=10, plan=TWO_STAGES.dump()))


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


class Meddling:
    """A lock that does something when it was taken for the nth time."""

    def __init__(self, nth: int, act: Any) -> None:
        self.left = nth
        self.act = act

    def __enter__(self) -> None:
        self.left -= 1

    def __exit__(self, *_: object) -> None:
        if not self.left:
            self.act()


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


def test_templates_added_while_a_snapshot_is_written_wait_for_the_next(folder: Path) -> None:
    """A snapshot is of one moment, and says no more than it holds."""
    indexes = FaissIndexes(snapshots=Folder(folder))
    index = filled(indexes)

    def add() -> None:
        index.add(np.arange(90_000, 110_000), faces(20_000, seed=8))

    indexes.save(index, COLLECTION, Meddling(2, add))

    np.testing.assert_array_equal(3 * np.arange(1, COUNT + 1), opened(folder).keys())


@pytest.mark.parametrize("nth", [1, 3])
def test_a_collection_dropped_meanwhile_leaves_nothing(folder: Path, nth: int) -> None:
    """Neither a snapshot nor the beginning of one."""
    snapshots = Folder(folder)
    indexes = FaissIndexes(snapshots=snapshots)

    def drop() -> None:
        snapshots.drop(7)

    indexes.save(filled(indexes), COLLECTION, Meddling(nth, drop))

    assert [] == list(folder.iterdir())


def test_a_crash_amid_saving_leaves_the_snapshot_before(folder: Path) -> None:
    """What was half written is deleted at the next start."""
    saved(folder)
    half = folder / "7.snapshot.draft"
    half.write_bytes(the_file(folder).read_bytes()[:70_000])

    assert (COUNT, False) == (len(opened(folder)), half.exists())


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


def test_only_snapshots_of_collections_that_exist_are_kept(folder: Path) -> None:
    """One whose deletion a crash cut short goes at the next start."""
    saved(folder)
    snapshots = Folder(folder)

    snapshots.keep([7, 8])
    kept = len(list(folder.iterdir()))
    snapshots.keep([8])

    assert (1, 0) == (kept, len(list(folder.iterdir())))
