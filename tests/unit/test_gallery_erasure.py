"""What is deleted leaves no trace in the files of a SQLite store."""

import contextlib
import dataclasses
import shutil
import sqlite3
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.answers import Added, Answer
from services.gallery.sqlite import SqliteStore
from services.gallery.store import Store, Transaction, Work
from services.gallery.vectors import unit_rows
from tests.galleries import DIMENSION, unit_vectors
from tests.stores import adding, creating, dropping, fresh, removing, removing_template, templates
from tests.witness import Witness


def opened(folder: Path) -> AbstractAsyncContextManager[Store]:
    return SqliteStore.opened(folder / "db", Witness(), limits=BatchLimits(), remember_h=1)


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def traces(folder: Path) -> set[str]:
    """What the files tell of the sample that the tests below delete."""
    content = everything_in(folder)
    [vector] = unit_vectors(1, DIMENSION, seed=7)
    told = {
        "vector": unit_rows([vector], DIMENSION)[0].tobytes(),
        "label of the person": b"Lovelace",
        "label of the template": b"Marylebone",
        "source": b"daguerreotype",
    }
    return {name for name, trace in told.items() if trace in content}


def sample_of_ada(tx: Transaction) -> Answer:
    [vector] = unit_vectors(1, DIMENSION, seed=7)
    new = dataclasses.replace(
        templates("ada"),
        vectors=[vector],
        source_ids=("daguerreotype",),
        template_labels=({"place": "Marylebone"},),
        labels={"name": "Ada Lovelace"},
    )
    return rules.add(tx, new)


EVERYTHING = {"vector", "label of the person", "label of the template", "source"}


@pytest.mark.parametrize(
    ("deletion", "left"),
    [
        pytest.param(removing("ada"), set(), id="person"),
        pytest.param(dropping(), set(), id="collection"),
        # The person is still enrolled.
        pytest.param(None, {"label of the person"}, id="template"),
    ],
)
async def test_what_is_deleted_is_overwritten(
    tmp_path: Path, deletion: Work | None, left: set[str]
) -> None:
    """Once a deletion is answered, no file of the gallery holds what was deleted."""
    async with opened(tmp_path) as store:
        for work in (creating(), adding("bob"), adding("eve")):
            await store.write(fresh("any"), work)
        added = await store.write(fresh("any"), sample_of_ada)
        assert isinstance(added, Added)
        before = traces(tmp_path)
        await store.write(fresh("any"), deletion or removing_template(added.templates[0]))
        after = traces(tmp_path)

    assert (EVERYTHING, left) == (before, after)


async def test_a_reader_cannot_keep_what_is_deleted(tmp_path: Path) -> None:
    """Where a read holds on to the log, the next write wipes it."""
    async with opened(tmp_path) as store:
        for work in (creating(), sample_of_ada):
            await store.write(fresh("any"), work)
        with contextlib.closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM person").fetchall()
            await store.write(fresh("any"), removing("ada"))
            during = traces(tmp_path)
        await store.settle()
        after = traces(tmp_path)

    assert (EVERYTHING, set()) == (during, after)


async def test_a_start_wipes_what_a_kill_left_behind(tmp_path: Path) -> None:
    """Nobody need write again: what the log still held is gone once the store is open."""
    living, left = tmp_path / "living", tmp_path / "left"
    living.mkdir()
    async with opened(living) as store:
        for work in (creating(), sample_of_ada):
            await store.write(fresh("any"), work)
        with contextlib.closing(sqlite3.connect(living / "db", isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM person").fetchall()
            await store.write(fresh("any"), removing("ada"))
            # The files of a process that is killed at this instant.
            shutil.copytree(living, left)
    before = traces(left)
    async with opened(left):
        after = traces(left)

    assert (EVERYTHING, set()) == (before, after)
