"""Searches, whoever else searches, writes or reloads meanwhile."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest

from faces.embedding import Vectors
from services.gallery import lookup
from services.gallery.exact import ExactIndexes
from services.gallery.gallery import Probes
from services.gallery.lookup import Found, Search
from services.gallery.matches import ANYHOW, Aggregation, How
from services.gallery.shelf import Shelf
from services.gallery.sqlite import file
from services.gallery.sqlite.source import SqliteSource
from tests.galleries import CONTRACT, DIMENSION, STAFF, unit_vectors
from tests.stores import adding, creating, fresh
from tests.upkeeps import House, house, names

OTHER = "visitors"
PROBE = np.eye(DIMENSION, dtype=np.float32)[0]


def nothing() -> None:
    """Do nothing."""


class Watched:
    """A lock that does something just before it is taken, once, and after it is let go."""

    def __init__(
        self, *, before: Callable[[], None] = nothing, after: Callable[[], None] = nothing
    ) -> None:
        self._before, self._after = before, after
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        before, self._before = self._before, nothing
        before()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        self._after()


def watch(shelf: Shelf, watched: Watched) -> None:
    """Give a shelf another lock."""
    shelf.lock = watched  # type: ignore[assignment]  # all of a lock that is used


@pytest.fixture(name="home")
async def _home(tmp_path: Path) -> AsyncIterator[House]:
    """Two collections, with Ada in each."""
    async with house(tmp_path / "db", ExactIndexes()) as home:
        await home.gallery.write(fresh("create"), OTHER, creating(OTHER))
        for name in (STAFF, OTHER):
            await home.gallery.write(fresh("add"), name, adding("ada", collection_id=name))
        yield home


def reload(home: House, path: Path) -> None:
    """Have everything loaded anew, as by a replica that is far behind."""
    with file.connection(path / "db") as db:
        home.projection.load(SqliteSource(db))


def who(home: House, collection_id: str) -> list[list[str]]:
    """Search, as the thread of searches does."""
    ask = lookup.asking(home.projection, line=0.3)
    collection = home.projection.shelf(collection_id).collection
    replies = ask([Search(collection, PROBE, ANYHOW, 1)])
    return [[m.person_id for m in each.matches] for each in replies if isinstance(each, Found)]


async def test_searches_go_on_while_everything_is_loaded_anew(home: House, tmp_path: Path) -> None:
    """As one collection of a replica changes hands, all of them are found."""
    answers: list[list[list[str]]] = []
    watch(home.projection.shelf(OTHER), Watched(before=lambda: answers.append(who(home, STAFF))))
    reload(home, tmp_path)

    assert [[["ada"]]] == answers


async def test_a_search_that_waited_is_answered_by_what_came_instead(
    home: House, tmp_path: Path
) -> None:
    """Who waited for a collection while it was loaded anew is not told that there is none."""
    watch(home.shelf, Watched(before=lambda: reload(home, tmp_path)))

    assert [["ada"]] == who(home, STAFF)


async def test_a_write_waits_for_no_search_of_another_collection(home: House) -> None:
    """Somebody is enrolled and removed while a search has the lock of another collection."""
    searching, searched = threading.Event(), threading.Event()

    def search() -> None:
        with home.projection.shelf(OTHER).lock:
            searching.set()
            assert searched.wait(60)

    thread = asyncio.create_task(asyncio.to_thread(search))
    await asyncio.to_thread(searching.wait, 60)
    try:
        async with asyncio.timeout(30):
            await home.gallery.write(fresh("add"), STAFF, adding("bob"))
            await home.remove("ada")
    finally:
        searched.set()
        await thread

    assert [["bob"]] == await home.found(unit_vectors(1)[0])


async def test_a_write_is_seen_whole(home: House) -> None:
    """Nobody sees somebody new, or new labels, without the templates that came with them."""
    shelf = home.shelf
    seen: list[tuple[int, int]] = []
    watch(shelf, Watched(after=lambda: seen.append((len(shelf.roster), shelf.table.visible_count))))

    await home.gallery.write(fresh("add"), STAFF, adding("eve", 3))

    assert {(2, 4)} == set(seen)


async def test_nobody_notices_who_asks_for_more(tmp_path: Path) -> None:
    """A fused search has one answer, alone or beside one that looks deeper."""
    fused = How(aggregation=Aggregation.FUSED)
    async with house(tmp_path / "db", ExactIndexes(), dimension=64) as home:
        await home.enroll(*lucky_and_steady())
        asked = Probes(collection_id=STAFF, contract_id=CONTRACT, vectors=[tilted(1, 1)], how=fused)

        alone = await home.gallery.search(asked, 1)
        together, _ = await asyncio.gather(
            home.gallery.search(asked, 1), home.gallery.search(asked, 20)
        )

    assert alone.results == together.results


def lucky_and_steady() -> tuple[list[str], Vectors]:
    """Forty persons with one very similar template and one that is less so, and one person
    whose only template is between them: best of all once templates are fused."""
    lucky = [(name, number + 2) for number, name in enumerate(names(40))]
    pairs = [tilted(cosine, axis) for _, axis in lucky for cosine in (0.9, 0.45)]
    both = [name for name, _ in lucky for _ in range(2)]
    return [*both, "steady"], np.stack([*pairs, tilted(0.85, 50)])


def tilted(cosine: float, axis: int) -> Vectors:
    """A direction of the given similarity to the first axis, towards another one."""
    made = np.zeros(64, np.float32)
    made[0], made[axis] = cosine, (1 - cosine**2) ** 0.5
    return made
