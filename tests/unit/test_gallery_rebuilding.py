"""Indexes are rebuilt behind everybody's back, and nobody is lost or comes back."""

import asyncio
import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from faces.errors import CollectionNotFound
from services.gallery.faiss import FaissIndexes
from services.gallery.rebuilding import Batch, Workshop
from services.gallery.records import Keys
from tests.galleries import STAFF, unit_vectors
from tests.indexes import FP32, INT8
from tests.shelves import a_shelf, columns, enroll
from tests.stores import dropping, fresh
from tests.upkeeps import HeldIndexes, entered, house, names


async def test_nobody_is_lost_or_comes_back(tmp_path: Path) -> None:
    """While people come, go and are searched for, compactions change nothing that is seen."""
    vectors = unit_vectors(4000, 32)
    gone: set[str] = set()
    seen: list[str] = []
    looks: list[int] = []

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
                last, before = busy.done(), set(gone)
                [found] = await all_of_it.found(vectors[row], limit=5)
                seen.extend(name for name in found if name in before)
                looks.append(len(before))
                if last:
                    return

        busy = asyncio.gather(come(), go())
        looking = asyncio.create_task(look())
        while not looking.done():
            await all_of_it.upkeep.compact(STAFF)
        await busy
        await looking
        last = await all_of_it.upkeep.compact(STAFF)
        found = [await all_of_it.found(*vectors[row : row + 50]) for row in range(200, 4000, 50)]

    assert ([], 200) == (seen, looks[-1])
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
        asyncio.get_running_loop().call_soon(indexes.gate.set)  # while the block is left

    assert compacting.cancelled()
    assert [True] == [index.discarded for index in indexes.made]


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
