"""Files of older galleries become files of this one, with everything in them."""

import contextlib
import json
import sqlite3
import time
from pathlib import Path

import pytest

from meshkit.batcher import BatchLimits
from meshkit.config import ConfigError
from meshkit.sealing import UNSEALED
from services.gallery.answers import Added
from services.gallery.records import Person, Template
from services.gallery.sqlite import SqliteStore
from services.gallery.sqlite.schema import MIGRATIONS, upgrade
from services.gallery.store import Reader, Request
from tests.galleries import CONTRACT, DIMENSION, STAFF, unit_vectors
from tests.sealing import KEY, sealing
from tests.stores import adding, fresh
from tests.witness import Known, Witness

# Labels as version 1 wrote them: in the order given, with blanks and escapes.
LABELS = {"site": "nörd", "role": "guard", "a": '\u2028\t"quoted" \U0001f600'}
ADA = Person(key=3, person_id="ada", labels=LABELS, template_count=2, created_us=20)
BOB = Person(key=5, person_id="bob", labels={}, template_count=1, created_us=30)
VECTORS = unit_vectors(3)


def new_file(path: Path, versions: int = len(MIGRATIONS)) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    upgrade(db, MIGRATIONS[:versions])
    return db


def first_file(path: Path, answered: Request) -> None:
    """A file as version 1 left it: two persons, three templates, gaps between keys."""
    answer = {
        "kind": "Added",
        "person": {
            "key": 3,
            "person_id": "ada",
            "labels": LABELS,
            "template_count": 2,
            "created_us": 20,
        },
        "templates": [4, 7],
        "position": 6,
    }
    with contextlib.closing(new_file(path, versions=1)) as db:
        db.execute(
            "INSERT INTO collection VALUES (1, ?, ?, ?, 2, 3, 10)", (STAFF, CONTRACT, DIMENSION)
        )
        for each in (ADA, BOB):
            db.execute(
                "INSERT INTO person VALUES (?, 1, ?, ?, ?, ?)",
                (
                    each.key,
                    each.person_id,
                    json.dumps(each.labels),
                    each.template_count,
                    each.created_us,
                ),
            )
        for key, person, vector in zip((4, 6, 7), (3, 5, 3), VECTORS, strict=True):
            db.execute(
                "INSERT INTO template VALUES (?, 1, ?, 0.25, 'door', ?, ?)",
                (key, person, 100 + key, vector.tobytes()),
            )
        db.execute(
            "INSERT INTO answered VALUES (6, ?, 'add', ?, ?, 3, 9000000000000000)",
            (answered.request_id, answered.digest, json.dumps(answer)),
        )


def stored(view: Reader) -> tuple[list[Person], list[Template]]:
    return list(view.persons(1, "", 10)), [*view.templates(1, 3), *view.templates(1, 5)]


async def test_a_file_of_version_1_keeps_everything(tmp_path: Path) -> None:
    """Persons, templates, counts and answers are there; captures are dated by additions."""
    request, witness = fresh("add"), Witness()
    first_file(tmp_path / "db", request)
    async with SqliteStore.opened(
        tmp_path / "db", witness, limits=BatchLimits(), remember_h=1
    ) as store:
        persons, templates = await store.read(stored)
        again = await store.write(request, adding("ada"))
        added = await store.write(fresh("add"), adding("bob"))

    expected = [
        Template(
            key=key,
            quality=0.25,
            source_id="door",
            created_us=100 + key,
            captured_us=100 + key,
            labels={},
        )
        for key in (4, 7, 6)
    ]
    assert ([ADA, BOB], expected) == (persons, templates)
    assert Added(ADA, (4, 7), 6) == again
    assert isinstance(added, Added)
    assert (7, 2) == (added.position, added.person.template_count)


async def test_keys_of_an_older_file_go_on_from_the_time(tmp_path: Path) -> None:
    """No other life of the file has given them out; those of one life follow one another."""
    first_file(tmp_path / "db", fresh("add"))
    before_us = time.time_ns() // 1000
    async with SqliteStore.opened(
        tmp_path / "db", Witness(), limits=BatchLimits(), remember_h=1
    ) as store:
        first = await store.write(fresh("add"), adding("bob", 2))
        second = await store.write(fresh("add"), adding("eve"))
    after_us = time.time_ns() // 1000

    assert isinstance(first, Added)
    assert isinstance(second, Added)
    keys = (*first.templates, *second.templates)
    assert before_us <= keys[0] <= after_us
    assert tuple(range(keys[0], keys[0] + 3)) == keys
    assert before_us <= second.person.key <= after_us


async def test_an_older_file_is_not_taken_for_an_encrypted_one(tmp_path: Path) -> None:
    """With a key alone it is refused; with leave to read what is not sealed, it is all there."""
    first_file(tmp_path / "db", fresh("add"))
    limits, witness = BatchLimits(), Witness()
    with pytest.raises(ConfigError, match="it is not sealed: add the line unsealed"):
        async with SqliteStore.opened(
            tmp_path / "db", Witness(), limits=limits, remember_h=1, sealing=sealing(KEY)
        ):
            pass
    both = sealing(KEY, UNSEALED)
    async with SqliteStore.opened(
        tmp_path / "db", witness, limits=limits, remember_h=1, sealing=both
    ) as store:
        used = await store.keys()

    assert [UNSEALED] == list(used)
    assert 3 == len(witness.kept[1].templates)


async def test_a_follower_of_an_older_file_gets_one_spelling(tmp_path: Path) -> None:
    """Labels of version 1 are told as this version writes them, vectors bit by bit."""
    witness = Witness()
    first_file(tmp_path / "db", fresh("add"))
    async with SqliteStore.opened(tmp_path / "db", witness, limits=BatchLimits(), remember_h=1):
        [kept] = witness.kept.values()

    text = '{"a":"\u2028\\t\\"quoted\\" \U0001f600","role":"guard","site":"nörd"}'
    told = zip((4, 6, 7), (3, 5, 3), VECTORS, strict=True)
    assert {3: ("ada", text), 5: ("bob", "{}")} == kept.people
    assert {
        key: Known(person, 0.25, 100 + key, "{}", vector.tobytes()) for key, person, vector in told
    } == kept.templates
    assert ("", 6) == (kept.plan, witness.position)


def test_every_version_leads_to_the_same_tables(tmp_path: Path) -> None:
    """A file that came through all versions has what a new one has."""
    schemas = []
    for name, versions in (("old", 1), ("new", len(MIGRATIONS))):
        with contextlib.closing(new_file(tmp_path / name, versions)) as db:
            upgrade(db)
            schemas.append(db.execute("SELECT type, name, sql FROM sqlite_schema").fetchall())

    assert schemas[0] == schemas[1]


def test_an_older_file_is_brought_up_to_date(tmp_path: Path) -> None:
    """Migrations that are missing run, once, and keep what is there."""
    second = ("CREATE TABLE more (x)", "INSERT INTO more SELECT collection_id FROM collection")
    with contextlib.closing(new_file(tmp_path / "db")) as db:
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
    with contextlib.closing(new_file(tmp_path / "db")) as db:
        with pytest.raises(sqlite3.OperationalError):
            upgrade(db, (*MIGRATIONS, broken))
        [version] = db.execute("PRAGMA user_version").fetchone()
        more = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'more'").fetchall()

    assert (len(MIGRATIONS), []) == (version, more)
