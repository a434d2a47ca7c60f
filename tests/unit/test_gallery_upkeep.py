"""Indexes are rebuilt behind everybody's back, and nobody is lost or comes back."""

import asyncio
import itertools
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from prometheus_client import REGISTRY
from typing_extensions import override

from faces.errors import CollectionNotFound
from services.gallery.due import Dues
from services.gallery.exact import ExactIndexes
from services.gallery.faiss import FaissIndexes
from services.gallery.plan import Plan
from services.gallery.rebuilding import Batch, Workshop
from services.gallery.records import Keys
from tests.galleries import STAFF, unit_vectors
from tests.shelves import a_shelf, columns, enroll
from tests.stores import dropping, fresh
from tests.upkeeps import HeldIndexes, House, held, house, names

FP32, FP16, INT8 = Plan(storage="fp32"), Plan(storage="fp16"), Plan(storage="int8")


async def entered(indexes: HeldIndexes) -> None:
    """Wait until an index is being filled."""
    assert await asyncio.to_thread(indexes.entered.wait, 60)


async def test_nobody_is_lost_or_comes_back(tmp_path: Path) -> None:
    """While people come, go and are searched for, compactions change nothing that is seen."""
    vectors = unit_vectors(4000, 32)
    gone: set[str] = set()
    seen: list[str] = []

    async with house(tmp_path / "db", FaissIndexes(), dimension=32) as all_of_it:
        await all_of_it.enroll(names(2000), vectors[:2000])

        async def come() -> None:
            for start in range(2000, 4000, 40):
                await all_of_it.enroll(names(40, start), vectors[start : start + 40])

        async def go() -> None:
            for name in names(200):
                await all_of_it.remove(name)
                gone.add(name)

        async def look() -> None:
            for row in itertools.cycle(range(400)):
                before = set(gone)
                [found] = await all_of_it.found(vectors[row], limit=5)
                seen.extend(name for name in found if name in before)

        looking = asyncio.create_task(look())
        busy = asyncio.gather(come(), go())
        compactions = 0
        while not busy.done() or not compactions:
            await all_of_it.upkeep.compact(STAFF)
            compactions += 1
        await busy
        looking.cancel()
        last = await all_of_it.upkeep.compact(STAFF)
        found = [await all_of_it.found(*vectors[row : row + 50]) for row in range(200, 4000, 50)]

    assert [] == seen
    assert names(3800, 200) == [best for page in found for [best] in page]
    assert (3800, 0) == (last.templates, all_of_it.shelf.tombstones)


async def test_searches_and_writes_go_on_during_a_rebuild(tmp_path: Path) -> None:
    """However long an index takes, nobody waits for it, and it misses nothing."""
    vectors, indexes = unit_vectors(20), HeldIndexes()
    async with house(tmp_path / "db", indexes) as all_of_it:
        await all_of_it.enroll(names(10), vectors[:10])
        indexes.gate.clear()
        compacting = asyncio.create_task(all_of_it.upkeep.compact(STAFF))
        await entered(indexes)
        await all_of_it.enroll(names(10, 10), vectors[10:])
        await all_of_it.remove("p3")
        during = await all_of_it.found(*vectors)
        waiting = not compacting.done()
        indexes.gate.set()
        rebuilt = await compacting
        after = await all_of_it.found(*vectors)

    assert (True, 19) == (waiting, rebuilt.templates)
    assert during == after
    assert [name for name in names(20) if name != "p3"] == [
        best for row, [best] in enumerate(after) if row != 3
    ]
    assert all_of_it.shelf.index is indexes.made[0]


async def test_a_caller_who_leaves_stops_no_compaction(tmp_path: Path) -> None:
    """Who asks again meanwhile waits for the same one."""
    indexes = HeldIndexes()
    async with house(tmp_path / "db", indexes) as all_of_it:
        await all_of_it.enroll(names(10), unit_vectors(10))
        indexes.gate.clear()
        leaving = asyncio.create_task(all_of_it.upkeep.compact(STAFF))
        await entered(indexes)
        leaving.cancel()
        staying = asyncio.create_task(all_of_it.upkeep.compact(STAFF))
        indexes.gate.set()
        rebuilt = await staying

    assert (10, 1) == (rebuilt.templates, len(indexes.made))


async def test_a_collection_may_go_while_it_is_rebuilt(tmp_path: Path) -> None:
    """Its new index is discarded, and whoever asked for it is told."""
    indexes = HeldIndexes()
    async with house(tmp_path / "db", indexes) as all_of_it:
        await all_of_it.enroll(names(10), unit_vectors(10))
        indexes.gate.clear()
        compacting = asyncio.create_task(all_of_it.upkeep.compact(STAFF))
        await entered(indexes)
        await all_of_it.gallery.write(fresh("drop"), STAFF, dropping())
        indexes.gate.set()
        with pytest.raises(CollectionNotFound):
            await compacting

    assert [True] == [index.discarded for index in indexes.made]


async def test_a_stop_does_not_wait_for_a_rebuild(tmp_path: Path) -> None:
    """What is being built aside is given up; only the step under way is finished."""
    indexes = HeldIndexes()
    async with house(tmp_path / "db", indexes) as all_of_it:
        await all_of_it.enroll(names(10), unit_vectors(10))
        indexes.gate.clear()
        compacting = asyncio.create_task(all_of_it.upkeep.compact(STAFF))
        await entered(indexes)
        asyncio.get_running_loop().call_later(0.1, indexes.gate.set)

    assert compacting.cancelled()
    assert [True] == [index.discarded for index in indexes.made]


async def test_a_rebuild_that_fails_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The index in use goes on, and a failure rests before it is tried again."""
    indexes = HeldIndexes()
    async with house(tmp_path / "db", indexes, every_s=0.01) as all_of_it:
        await all_of_it.enroll(names(10), unit_vectors(10))
        indexes.failing = True
        await all_of_it.plan(INT8)
        await entered(indexes)
        # Twenty looks later there still is one attempt.
        await asyncio.sleep(0.2)
        found = await all_of_it.found(*unit_vectors(10))

    assert (names(10), 1) == ([best for [best] in found], len(indexes.made))
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


async def test_what_the_store_has_removed_is_removed() -> None:
    """A rebuild may see a removal before the shelf is told: it takes it for granted."""
    indexes = FaissIndexes()
    shelf = a_shelf(indexes=indexes)
    shelf.index = indexes.make(shelf.collection, INT8, unit_vectors(0))
    enroll(shelf, 1, "ada")
    enroll(shelf, 2, "bob")
    vectors = unit_vectors(3)
    shelf.add(columns([3, 4, 5], [1, 2, 1]), vectors)

    async def stored(_: int, keys: Keys) -> list[Batch]:
        kept = keys[keys != 4]
        return [(kept, vectors[kept - 3])]

    with ThreadPoolExecutor(1) as thread:
        rebuilt = await Workshop(indexes, stored, thread).rebuild(shelf, FP32)

    assert rebuilt
    assert (2, 0, [3, 5]) == (rebuilt.templates, shelf.tombstones, shelf.index.keys().tolist())
    assert [[4]] == [keys.tolist() for keys in shelf.forgotten()]
    assert 0 == len(shelf.remove_person(2))


async def test_a_change_that_comes_again_brings_nobody_back() -> None:
    """Whoever was removed is not new, although a rebuild has forgotten them."""
    indexes = FaissIndexes()
    shelf = a_shelf(indexes=indexes)
    enroll(shelf, 1, "ada")
    coming = columns([3, 4, 5], [1, 1, 1]), unit_vectors(3)
    shelf.add(*coming)
    shelf.remove_templates(np.array([5]))

    async def stored(_: int, keys: Keys) -> list[Batch]:
        raise AssertionError(keys)

    with ThreadPoolExecutor(1) as thread:
        await Workshop(indexes, stored, thread).rebuild(shelf, FP32)
    shelf.add(*coming)

    assert (2, [3, 4]) == (shelf.table.visible_count, shelf.index.keys().tolist())


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
    dues.note(shelf, dues.plan(shelf), failed=False)
    reasons.append(dues.reason(shelf))
    shelf.add(columns(range(102, 202), [1] * 100), unit_vectors(100))
    reasons.append(dues.reason(shelf))
    shelf.add(columns([300], [1]), unit_vectors(1))
    reasons.append(dues.reason(shelf))
    shelf.plan = INT8.dump()
    reasons.append(dues.reason(shelf))
    dues.note(shelf, INT8, failed=False)
    reasons.append(dues.reason(shelf))

    assert ["size", None, None, "size", "plan", None] == reasons


@pytest.mark.parametrize(
    ("count", "removed", "reason"),
    [
        pytest.param(4000, 1023, None, id="few"),
        pytest.param(4000, 1024, "tombstones", id="many"),
        pytest.param(6000, 1024, None, id="a small share"),
    ],
)
def test_tombstones_are_due_when_they_are_many(
    count: int, removed: int, reason: str | None
) -> None:
    """So many of them, and a fifth of the index."""
    indexes = FaissIndexes()
    shelf = a_shelf(indexes=indexes)
    enroll(shelf, 1, "ada")
    shelf.add(columns(range(2, count + 2), [1] * count), unit_vectors(count))
    shelf.remove_templates(np.arange(2, removed + 2))

    assert reason == Dues(indexes).reason(shelf)
