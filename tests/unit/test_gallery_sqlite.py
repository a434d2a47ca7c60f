"""What only the SQLite store promises."""

import asyncio
import contextlib
import sqlite3
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import numpy as np
import pytest

from faces.errors import StoreUnavailable
from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.answers import (
    Added,
    Answer,
    Created,
    Dropped,
    Imported,
    Planned,
    Removed,
    dump,
    load,
)
from services.gallery.records import Collection, Person
from services.gallery.rules import NewCollection
from services.gallery.sealing import PLAIN
from services.gallery.sqlite import SqliteStore
from services.gallery.sqlite.remembered import Remembered
from services.gallery.sqlite.schema import upgrade
from services.gallery.sqlite.source import SqliteSource
from services.gallery.store import Follower, Request, Store, Transaction, Work
from tests.galleries import new_id
from tests.stores import (
    creating,
    importing,
)
from tests.witness import Witness

PERSON = Person(key=1, person_id="ada", labels={"a": "ä"}, template_count=2, created_us=3)
COLLECTION = Collection(
    key=1,
    collection_id="c",
    contract_id="x",
    dimension=8,
    person_count=0,
    template_count=0,
    created_us=9,
)
HOUR_US = 3_600_000_000


def opened(folder: Path, follower: Follower | None = None) -> AbstractAsyncContextManager[Store]:
    return SqliteStore.opened(
        folder / "db", follower or Witness(), limits=BatchLimits(), remember_h=1
    )


def request() -> Request:
    return Request(request_id=new_id(), rpc="create", digest=b"")


def creation(name: str) -> Work:
    new = NewCollection(collection_id=name, contract_id="x", dimension=8)
    return lambda tx: rules.create(tx, new)


def fresh(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    upgrade(db)
    return db


@pytest.mark.parametrize(
    "answer",
    [
        Created(COLLECTION, 2),
        Dropped(3, 4, 5, 6),
        Added(PERSON, (1, 2), 5),
        Removed(template_count=1, deleted_us=2, position=3),
        Imported(template_count=1, position=3),
        Planned(position=3),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_an_answer_is_read_as_it_was_written(answer: Answer) -> None:
    """What a store remembers is equal to what was answered."""
    assert answer == load(dump(answer))


def test_answers_are_forgotten_after_their_time(tmp_path: Path) -> None:
    """Expired answers go with later writes; positions go on."""
    with contextlib.closing(fresh(tmp_path / "db")) as db:
        remembered = Remembered(db, PLAIN, keep_us=HOUR_US)
        for number in range(20):
            remembered.once(request(), creation(f"c{number}"))
        db.execute(
            "UPDATE answered SET created_us = ? WHERE position <= 15", (now_us() - 2 * HOUR_US,)
        )
        for number in range(2):
            remembered.once(request(), creation(f"d{number}"))
        left = [position for (position,) in db.execute("SELECT position FROM answered")]

    assert [*range(16, 23)] == sorted(left)


def test_an_expired_answer_is_not_given_again(tmp_path: Path) -> None:
    """A request that comes again after its time is a new write, under the same id."""
    again = request()
    with contextlib.closing(fresh(tmp_path / "db")) as db:
        remembered = Remembered(db, PLAIN, keep_us=HOUR_US)
        for number in range(20):  # more than one write forgets
            remembered.once(request(), creation(f"c{number}"))
        remembered.once(again, creation("d"))
        db.execute("UPDATE answered SET created_us = ?", (now_us() - 2 * HOUR_US,))
        answer, transaction = remembered.once(again, creation("e"))
        repeated, nothing = remembered.once(again, creation("e"))

    assert isinstance(answer, Created)
    assert ("e", 22) == (answer.collection.collection_id, transaction and transaction.position)
    assert (answer, None) == (repeated, nothing)


def now_us() -> int:
    return time.time_ns() // 1000


async def test_reads_do_not_wait_for_writes(tmp_path: Path) -> None:
    """While a write is under way, a read answers with what was committed before."""
    entered, go = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(tx: Transaction) -> Answer:
        answer = creation("new")(tx)
        loop.call_soon_threadsafe(entered.set)
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result(10)
        return answer

    async with opened(tmp_path) as store:
        writing = asyncio.create_task(store.write(request(), slow))
        await entered.wait()
        during = await store.read(lambda view: view.collection("new"))
        go.set()
        await writing
        after = await store.read(lambda view: view.collection("new"))

    assert (None, True) == (during, after is not None)


async def test_a_file_that_fails_fails_the_group_and_recovers(tmp_path: Path) -> None:
    """When a statement meets a failing file, all of its commit is undone, none of it told."""

    def failing(_: Transaction) -> Answer:
        raise sqlite3.OperationalError("disk I/O error in /secret")

    witness = Witness()
    async with opened(tmp_path, witness) as store:
        works = [creation("a"), failing]
        outcomes = await asyncio.gather(
            *(store.write(request(), work) for work in works), return_exceptions=True
        )
        gone = await store.read(lambda view: view.collection("a"))
        again = await store.write(request(), works[0])

    assert [StoreUnavailable, StoreUnavailable] == [type(outcome) for outcome in outcomes]
    assert (None, 1) == (gone, witness.position)
    assert isinstance(again, Created)


def test_columns_are_read_without_vectors(tmp_path: Path) -> None:
    """A follower's columns come from an index, not from the pages that hold vectors."""
    asked: list[str] = []
    with contextlib.closing(fresh(tmp_path / "db")) as db:
        db.set_trace_callback(asked.append)
        assert [] == list(SqliteSource(db).columns(1))
        db.set_trace_callback(None)
        [plan] = [row[-1] for sql in asked for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]

    assert "USING COVERING INDEX template_columns (collection=? AND key>?)" in plan


async def test_a_long_run_of_vectors_is_one_question(tmp_path: Path) -> None:
    """Neighbours are read as a range, strangers one by one, and never what lies between."""
    async with opened(tmp_path) as store:
        await store.write(request(), creating())
        await store.write(request(), importing([f"p{number}" for number in range(1000)]))
    asked: list[str] = []
    with contextlib.closing(fresh(tmp_path / "db")) as db:
        db.set_trace_callback(asked.append)
        for wanted in (np.arange(1, 1001), np.arange(1, 1001, 100)):
            list(SqliteSource(db).vectors(1, wanted))

    assert [True, False] == ["BETWEEN 1 AND 1000" in sql for sql in asked]
    assert [False, True] == ["[1, 101, 201," in sql for sql in asked]
