"""The upkeep sees by itself when an index is due, and says what it did."""

import asyncio
import logging
from pathlib import Path

import numpy as np
import pytest
from prometheus_client import REGISTRY
from typing_extensions import override

from services.gallery.due import Dues
from services.gallery.exact import ExactIndexes
from services.gallery.faiss import FaissIndexes
from services.gallery.index import Indexes
from services.gallery.plan import Plan
from tests.galleries import unit_vectors
from tests.indexes import FP16, FP32, INT8
from tests.shelves import a_shelf, columns, enroll
from tests.upkeeps import HeldIndexes, House, StoppedClock, entered, held, house, names


async def test_a_rebuild_that_fails_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The index in use goes on; for a minute nothing is tried, and then the same again."""
    indexes, clock = HeldIndexes(), StoppedClock()
    async with house(tmp_path / "db", indexes, every_s=0.001, clock=clock) as all_of_it:
        await all_of_it.enroll(names(10), unit_vectors(10))
        indexes.failing = True
        await all_of_it.plan(INT8)
        await entered(indexes)
        await clock.looked_at(20)
        found = await all_of_it.found(*unit_vectors(10))
        clock.now = 59.9
        await clock.looked_at(20)
        resting = list(indexes.made)
        indexes.failing = False
        indexes.entered.clear()
        clock.now = 60.0
        await entered(indexes)
        async with all_of_it.upkeep.turn:  # once the rebuild is done with it
            now = all_of_it.shelf.index

    assert names(10) == [best for [best] in found]
    assert 1 == len(resting)
    assert [*resting, now] == indexes.made
    assert ["an index could not be rebuilt"] == [
        record.message for record in caplog.records if record.levelno >= logging.WARNING
    ]


async def until(all_of_it: House, plan: Plan) -> None:
    """Wait until the upkeep has rebuilt the index."""
    async with asyncio.timeout(60):
        while all_of_it.shelf.index.plan != plan:  # noqa: ASYNC110  # it is another thread's
            await asyncio.sleep(0.01)


async def test_a_finer_plan_is_built_of_what_is_stored(tmp_path: Path) -> None:
    """Rounded vectors of the old index do not spoil the new one, nor its last templates."""
    vectors = unit_vectors(600, 32)
    async with house(tmp_path / "db", FaissIndexes(), dimension=32, every_s=0.01) as all_of_it:
        await all_of_it.enroll(names(500), vectors[:500])
        await all_of_it.plan(INT8)
        await until(all_of_it, INT8)
        _, coarse = held(all_of_it.shelf)
        await all_of_it.enroll(names(100, 500), vectors[500:])
        await all_of_it.plan(FP32)
        await until(all_of_it, FP32)
        _, fine = held(all_of_it.shelf)

    assert not np.array_equal(vectors[:500], coarse)
    np.testing.assert_array_equal(vectors, fine)


async def test_metrics_follow(tmp_path: Path) -> None:
    """Sums over all collections, and each rebuild by its reason."""
    before = measured("gallery_rebuilds_total", reason="plan")
    async with house(tmp_path / "db", FaissIndexes(), every_s=0.01) as all_of_it:
        await all_of_it.enroll(names(500), unit_vectors(500))
        await all_of_it.plan(FP16)
        await until(all_of_it, FP16)
        await all_of_it.remove("p7")
        async with asyncio.timeout(60):
            while measured("gallery_tombstones") != 1:  # noqa: ASYNC110  # shown by a later look
                await asyncio.sleep(0.01)

    assert 1 == measured("gallery_rebuilds_total", reason="plan") - before
    assert (1, 499, 499) == (
        measured("gallery_collections"),
        measured("gallery_persons"),
        measured("gallery_templates"),
    )
    assert all_of_it.projection.position.value == measured("gallery_applied_position")
    assert all_of_it.shelf.index.memory_bytes() == measured("gallery_index_bytes")


def measured(name: str, **labels: str) -> float:
    """What a metric says now."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Stubborn(ExactIndexes):
    """Nothing ever fits."""

    @override
    def fits(self, plan: Plan, count: int) -> bool:
        return False


def test_no_rebuild_is_the_reason_for_the_next() -> None:
    """What could not be had is not tried again until the collection has another size."""
    shelf, dues = a_shelf(indexes=Stubborn()), Dues(Stubborn())
    enroll(shelf, 1, "ada")
    shelf.add(columns(range(2, 102), [1] * 100), unit_vectors(100))
    reasons = [dues.reason(shelf)]
    dues.note(shelf, dues.plan(shelf), left=0)
    reasons.append(dues.reason(shelf))
    shelf.add(columns(range(102, 202), [1] * 100), unit_vectors(100))
    reasons.append(dues.reason(shelf))
    shelf.add(columns([300], [1]), unit_vectors(1))
    reasons.append(dues.reason(shelf))
    shelf.plan = INT8.dump()
    reasons.append(dues.reason(shelf))
    dues.note(shelf, INT8, left=0)
    reasons.append(dues.reason(shelf))

    assert ["size", None, None, "size", "plan", None] == reasons


def test_who_leaves_when_a_rebuild_ends_counts_for_the_next() -> None:
    """It left no tombstones; those that came before it was noted are none of its own."""
    shelf, dues = a_shelf(), Dues(ExactIndexes())
    enroll(shelf, 1, "ada")
    enroll(shelf, 2, "bob")
    shelf.add(columns(range(3, 3003), [1, 2] * 1500), unit_vectors(3000))
    shelf.remove_person(1)
    dues.note(shelf, dues.plan(shelf), left=0)

    assert "tombstones" == dues.reason(shelf)


@pytest.mark.parametrize(
    "indexes",
    [pytest.param(FaissIndexes(), id="faiss"), pytest.param(ExactIndexes(), id="gives back room")],
)
@pytest.mark.parametrize(
    ("count", "removed", "reason"),
    [
        pytest.param(4000, 1023, None, id="few"),
        pytest.param(4000, 1024, "tombstones", id="many"),
        pytest.param(6000, 1024, None, id="a small share"),
    ],
)
def test_tombstones_are_due_when_they_are_many(
    count: int, removed: int, reason: str | None, indexes: Indexes
) -> None:
    """So many of them, and a fifth of the index, wherever they take room."""
    shelf = a_shelf(indexes=indexes)
    enroll(shelf, 1, "ada")
    shelf.add(columns(range(2, count + 2), [1] * count), unit_vectors(count))
    shelf.remove_templates(np.arange(2, removed + 2))

    assert reason == Dues(indexes).reason(shelf)
