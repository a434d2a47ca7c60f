"""Snapshots: a restart's short way, which may be lost and never lies."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.gallery.faiss import FaissIndexes
from services.gallery.plan import Plan
from services.gallery.snapshots import Folder
from tests.indexes import faces
from tests.snapshots import (
    COLLECTION,
    COUNT,
    TWO_STAGES,
    Meddling,
    filled,
    opened,
    saved,
    the_file,
)


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
    ("was", "fields"),
    [
        pytest.param(TWO_STAGES, {"contract_id": "arc8-other"}, id="contract"),
        pytest.param(TWO_STAGES, {"created_us": 5}, id="collection of another database"),
        pytest.param(TWO_STAGES, {"plan": Plan(storage="fp32").dump()}, id="tuned since"),
        pytest.param(Plan(), {"count": 10_000_000}, id="grown out of its plan"),
        pytest.param(TWO_STAGES, {"count": 10}, id="shrunk"),
    ],
)
def test_a_snapshot_of_something_else_is_not_used(
    folder: Path, was: Plan, fields: dict[str, Any]
) -> None:
    """A collection gets only vectors of its own, in the way that it is to be searched."""
    saved(folder, was)

    assert 0 == len(opened(folder, **fields))


def test_a_tuned_collection_keeps_its_plan_at_any_size(folder: Path) -> None:
    """What an operator chose is not judged by size."""
    saved(folder)

    assert COUNT == len(opened(folder, count=10, plan=TWO_STAGES.dump()))


def test_templates_added_while_a_snapshot_is_written_wait_for_the_next(folder: Path) -> None:
    """A snapshot is of one moment, and says no more than it holds."""
    indexes = FaissIndexes(snapshots=Folder(folder))
    index = filled(indexes)

    def add() -> None:
        index.add(np.arange(90_000, 110_000), faces(20_000, seed=8))

    indexes.save(index, COLLECTION, Meddling(2, add))

    assert COUNT + 20_000 == len(index)
    np.testing.assert_array_equal(3 * np.arange(1, COUNT + 1), opened(folder).keys())


def test_a_crash_amid_saving_leaves_the_snapshot_before(folder: Path) -> None:
    """What was half written is deleted at the next start."""
    saved(folder)
    half = folder / "7.snapshot.draft"
    half.write_bytes(the_file(folder).read_bytes()[:70_000])

    assert (COUNT, False) == (len(opened(folder)), half.exists())


def test_only_snapshots_of_collections_that_exist_are_kept(folder: Path) -> None:
    """One whose deletion a crash cut short goes at the next start."""
    saved(folder)
    snapshots = Folder(folder)

    snapshots.keep([7, 8])
    kept = len(list(folder.iterdir()))
    snapshots.keep([8])

    assert (1, 0) == (kept, len(list(folder.iterdir())))
