"""An index that fails costs time, never a person and never a wrong answer."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typing_extensions import override

from faces.embedding import Vectors
from faces.errors import ServiceUnavailable
from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.exact import ExactIndex, ExactIndexes
from services.gallery.gallery import Gallery, Probes
from services.gallery.index import Index
from services.gallery.projection import Projection
from services.gallery.records import Collection, Keys
from services.gallery.rules import NewCollection, NewTemplates
from services.gallery.sqlite import SqliteStore
from services.gallery.store import Request
from tests.galleries import CONTRACT, DIMENSION, STAFF, new_id, unit_vectors

ADA, BOB, CYD = unit_vectors(3)


class Brittle(ExactIndex):
    """An index whose next additions fail, as many as the test says."""

    failures = 0
    gate = threading.Event()
    """Additions wait here while it is closed."""

    @override
    def add(self, templates: Keys, vectors: Vectors) -> None:
        assert Brittle.gate.wait(60)
        if Brittle.failures:
            Brittle.failures -= 1
            raise MemoryError("no text of this may leave")
        super().add(templates, vectors)


class BrittleIndexes(ExactIndexes):
    """Makes them."""

    @override
    def opened(self, collection: Collection, count: int) -> Index:
        return Brittle(collection.dimension)


@pytest.fixture(name="gallery")
async def _gallery(tmp_path: Path) -> AsyncIterator[Gallery]:
    Brittle.failures = 0
    Brittle.gate.set()
    projection, limits = Projection(BrittleIndexes()), BatchLimits()
    async with (
        SqliteStore.opened(tmp_path / "db", projection, limits=limits, remember_h=1) as store,
        Gallery.opened(store, projection, BatchLimits(max_queued=1024)) as gallery,
    ):
        new = NewCollection(collection_id=STAFF, contract_id=CONTRACT, dimension=DIMENSION)
        await gallery.write(request(), STAFF, lambda tx: rules.create(tx, new))
        await enroll(gallery, "ada", ADA)
        yield gallery


def request() -> Request:
    return Request(request_id=new_id(), rpc="any", digest=b"")


async def enroll(gallery: Gallery, name: str, vector: Vectors, again: Request | None = None) -> int:
    new = NewTemplates(
        collection_id=STAFF,
        person_id=name,
        contract_id=CONTRACT,
        vectors=[vector],
        qualities=(0.5,),
        source_ids=("",),
        captured_us=(None,),
        template_labels=({},),
        labels={},
    )
    added = await gallery.write(again or request(), STAFF, lambda tx: rules.add(tx, new))
    return added.position


async def best(gallery: Gallery, vector: Vectors) -> str:
    probes = Probes(collection_id=STAFF, contract_id=CONTRACT, vectors=[vector])
    [found] = (await gallery.search(probes, 1)).results
    return found.matches[0].person_id


async def test_an_index_that_failed_is_rebuilt_before_the_answer(gallery: Gallery) -> None:
    """The write that met the failure is answered, and found, as if nothing had been."""
    Brittle.failures = 1
    await enroll(gallery, "bob", BOB)

    assert ["ada", "bob"] == [await best(gallery, ADA), await best(gallery, BOB)]


async def test_what_is_not_searchable_is_not_acknowledged(gallery: Gallery) -> None:
    """If the rebuild fails, too, the write is refused; sent again, it is answered once."""
    Brittle.failures = 3
    bob = request()
    with pytest.raises(ServiceUnavailable):
        await enroll(gallery, "bob", BOB, bob)
    await enroll(gallery, "bob", BOB, bob)

    person, templates = await gallery.person(STAFF, "bob")
    assert (1, 1, "bob") == (person.template_count, len(templates), await best(gallery, BOB))


async def test_a_stale_index_answers_nothing(gallery: Gallery) -> None:
    """Searches of a shelf that misses a write are refused until one rebuild succeeds."""
    Brittle.failures = 4
    with pytest.raises(ServiceUnavailable):
        await enroll(gallery, "bob", BOB)
    with pytest.raises(ServiceUnavailable):
        await best(gallery, BOB)

    assert "bob" == await best(gallery, BOB)


async def test_a_rebuild_leaves_room_for_writes(gallery: Gallery) -> None:
    """More searches wait for a rebuild than writes may wait: a write still finds room."""
    Brittle.failures = 3
    with pytest.raises(ServiceUnavailable):
        await enroll(gallery, "bob", BOB)
    Brittle.gate.clear()
    searches = [asyncio.create_task(best(gallery, BOB)) for _ in range(300)]
    await asyncio.sleep(0)  # all of them have asked by now
    write = asyncio.create_task(enroll(gallery, "cyd", CYD))
    await asyncio.sleep(0)
    Brittle.gate.set()

    assert {"bob"} == set(await asyncio.gather(*searches))
    assert 0 < await write
    assert "cyd" == await best(gallery, CYD)
