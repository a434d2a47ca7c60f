"""What only the SQLite store promises."""

import asyncio
import contextlib
import sqlite3
import time
from pathlib import Path

import pytest

from faces.errors import StoreUnavailable
from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.answers import Added, Answer, Created, Dropped, Removed, dump, load
from services.gallery.exact import ExactIndex
from services.gallery.projection import Projection
from services.gallery.records import Collection, Person
from services.gallery.rules import NewCollection, NewTemplates
from services.gallery.sqlite import SqliteStore
from services.gallery.sqlite.remembered import Remembered
from services.gallery.sqlite.schema import MIGRATIONS, upgrade
from services.gallery.store import Request, Transaction, Work
from services.gallery.vectors import unit_rows
from tests.galleries import new_id, unit_vectors

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
        Created(COLLECTION),
        Dropped(3, 4, 5),
        Added(PERSON, (1, 2), 5),
        Removed(template_count=1, deleted_us=2, position=3),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_an_answer_is_read_as_it_was_written(answer: Answer) -> None:
    """What a store remembers is equal to what was answered."""
    assert answer == load(dump(answer))


def test_an_older_file_is_brought_up_to_date(tmp_path: Path) -> None:
    """Migrations that are missing run, once, and keep what is there."""
    second = ("CREATE TABLE more (x)", "INSERT INTO more SELECT collection_id FROM collection")
    with contextlib.closing(fresh(tmp_path / "db")) as db:
        db.execute(
            "INSERT INTO collection (collection_id, contract_id, dimension, created_us)"
            " VALUES ('staff', 'x', 8, 0)"
        )
        for _ in range(2):
            upgrade(db, (*MIGRATIONS, second))
        moved = db.execute("SELECT x FROM more").fetchall()
        [version] = db.execute("PRAGMA user_version").fetchone()

    assert ([("staff",)], len(MIGRATIONS) + 1) == (moved, version)


def test_a_migration_happens_whole_or_not_at_all(tmp_path: Path) -> None:
    """A step that fails leaves the file as it was, to be tried again."""
    broken = ("CREATE TABLE more (x)", "INSERT INTO nowhere VALUES (1)")
    with contextlib.closing(fresh(tmp_path / "db")) as db:
        with pytest.raises(sqlite3.OperationalError):
            upgrade(db, (*MIGRATIONS, broken))
        [version] = db.execute("PRAGMA user_version").fetchone()
        more = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'more'").fetchall()

    assert (len(MIGRATIONS), []) == (version, more)


def test_answers_are_forgotten_after_their_time(tmp_path: Path) -> None:
    """Expired answers go with later writes; positions go on."""
    with contextlib.closing(fresh(tmp_path / "db")) as db:
        remembered = Remembered(db, keep_us=HOUR_US)
        for number in range(20):
            remembered.once(request(), creation(f"c{number}"))
        db.execute(
            "UPDATE answered SET created_us = ? WHERE position <= 15", (now_us() - 2 * HOUR_US,)
        )
        for number in range(2):
            remembered.once(request(), creation(f"d{number}"))
        left = [position for (position,) in db.execute("SELECT position FROM answered")]

    assert [*range(16, 23)] == sorted(left)


def now_us() -> int:
    return time.time_ns() // 1000


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


async def test_a_deleted_vector_is_overwritten(tmp_path: Path) -> None:
    """After a deletion and a stop, no file of the gallery holds the person's vector."""
    [vector] = unit_vectors(1)
    new = NewTemplates(
        collection_id="c",
        person_id="ada",
        contract_id="x",
        vectors=[vector],
        qualities=(0.5,),
        source_ids=("",),
        labels={"name": "Ada Lovelace"},
    )
    works: list[Work] = [creation("c"), lambda tx: rules.add(tx, new)]
    works.append(lambda tx: rules.remove_person(tx, "c", "ada"))
    traces = []
    for some in (works[:2], works[2:]):
        async with SqliteStore.opened(
            tmp_path / "db", Projection(ExactIndex), limits=BatchLimits(), remember_h=1
        ) as store:
            for work in some:
                await store.write(request(), work)
        content = everything_in(tmp_path)
        stored = unit_rows([vector], 8)[0].tobytes()
        traces.append((stored in content, b"Lovelace" in content))

    assert [(True, True), (False, False)] == traces


async def test_reads_do_not_wait_for_writes(tmp_path: Path) -> None:
    """While a write is under way, a read answers with what was committed before."""
    entered, go = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(tx: Transaction) -> Answer:
        answer = creation("new")(tx)
        loop.call_soon_threadsafe(entered.set)
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result(10)
        return answer

    async with SqliteStore.opened(
        tmp_path / "db", Projection(ExactIndex), limits=BatchLimits(), remember_h=1
    ) as store:
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

    projection = Projection(ExactIndex)
    async with SqliteStore.opened(
        tmp_path / "db", projection, limits=BatchLimits(), remember_h=1
    ) as store:
        works = [creation("a"), failing]
        outcomes = await asyncio.gather(
            *(store.write(request(), work) for work in works), return_exceptions=True
        )
        gone = await store.read(lambda view: view.collection("a"))
        again = await store.write(request(), works[0])

    assert [StoreUnavailable, StoreUnavailable] == [type(outcome) for outcome in outcomes]
    assert (None, 1) == (gone, projection.position)
    assert isinstance(again, Created)
