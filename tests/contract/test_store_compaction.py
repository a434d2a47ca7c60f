"""A store that is compacted keeps everything, and takes writes before, behind and beside."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from faces.errors import StoreUnavailable
from meshkit.batcher import BatchLimits
from services.gallery.answers import Added
from services.gallery.sqlite import SqliteStore
from services.gallery.store import Store
from tests.galleries import STAFF
from tests.stores import OpenStore, adding, creating, found, fresh, importing, removing
from tests.witness import Witness


async def test_a_compaction_loses_nothing(open_store: OpenStore, tmp_path: Path) -> None:
    """Everybody is there, also after a restart; keys and positions go on to rise."""
    path = tmp_path / "store"
    async with open_store(path, Witness()) as store:
        await store.write(fresh("create"), creating())
        await store.write(fresh("import"), importing([f"p{row}" for row in range(200)]))
        await store.write(fresh("remove"), removing("p7"))
        before = await store.write(fresh("add"), adding("ada", 2))
        await store.compact()
        after = await store.write(fresh("add"), adding("ada"))
    witness = Witness()
    async with open_store(path, witness) as store:
        person = await store.read(found("ada"))
        collection = await store.read(lambda view: view.collection(STAFF))

    assert isinstance(before, Added)
    assert isinstance(after, Added)
    assert before.position < after.position
    assert before.templates[-1] < after.templates[0]
    assert collection is not None
    assert (200, 202, 3) == (
        collection.person_count,
        collection.template_count,
        person.template_count,
    )
    assert 202 == len(witness.kept[collection.key].templates)


async def test_writes_and_compactions_take_turns(store: Store) -> None:
    """All of them are answered, in whatever order they come."""
    work = [store.write(fresh("add"), adding(f"p{row}")) for row in range(50)]
    work.insert(20, store.compact())  # type: ignore[arg-type]  # it has no answer
    await asyncio.gather(*work, store.compact(), store.compact())
    collection = await store.read(lambda view: view.collection(STAFF))

    assert collection is not None
    assert 50 == collection.template_count


async def test_a_file_that_cannot_be_compacted_stays_as_it_is(tmp_path: Path) -> None:
    """The failure is told, and the next write succeeds."""
    path, limits = tmp_path / "db", BatchLimits()
    async with SqliteStore.opened(path, Witness(), limits=limits, remember_h=1) as store:
        await store.write(fresh("create"), creating())
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable):
                await store.compact()
            other.execute("ROLLBACK")
        await store.write(fresh("add"), adding("ada"))
        person = await store.read(found("ada"))

    assert 1 == person.template_count
