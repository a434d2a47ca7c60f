"""Many callers of one gallery at once, over real sockets."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery.app import open_app
from services.gallery.config import Config
from services.gallery.exact import ExactIndex, ExactIndexes
from services.gallery.index import Index
from services.gallery.records import Collection, Keys
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import (
    STAFF,
    Stub,
    add,
    create,
    delete,
    names,
    new_id,
    refused,
    score,
    search,
    stub,
    unit_vectors,
    unless_missing,
)

ADA = unit_vectors(1)[0]


def config(path: Path, **more: Any) -> Config:
    return Config(path=path, host="127.0.0.1", port=0, drain_s=0, grace_s=5, **more)


@pytest.fixture(name="gallery")
async def _gallery(tmp_path: Path) -> AsyncIterator[Stub]:
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        yield gallery


async def test_each_caller_gets_their_own_answer_from_a_shared_scan(gallery: Stub) -> None:
    """Callers at once, with different limits, get what they would get alone."""
    people = unit_vectors(50)
    await asyncio.gather(
        *(gallery.AddTemplates(add(f"p{n}", vector)) for n, vector in enumerate(people))
    )
    asked = [search(vector, people[0], limit=1 + n % 7) for n, vector in enumerate(people)]

    together = await asyncio.gather(*(gallery.SearchPersons(request) for request in asked))
    alone = [await gallery.SearchPersons(request) for request in asked]

    assert alone == list(together)
    assert [f"p{n}" for n in range(50)] == [names(reply.results[0])[0] for reply in together]


async def test_a_collection_may_go_while_it_is_used(gallery: Stub) -> None:
    """Callers of a collection that is dropped and made again hear that it is not there."""
    vectors = unit_vectors(8)

    async def use() -> None:
        for n in range(24):
            await unless_missing(gallery.AddTemplates(add(f"p{n}", vectors[n % 8])))
            await unless_missing(gallery.SearchPersons(search(vectors[n % 8])))

    async def drop() -> None:
        for _ in range(8):
            await gallery.DeleteCollection(
                pb.DeleteCollectionRequest(request_id=new_id(), collection_id=STAFF)
            )
            await gallery.CreateCollection(create())

    await asyncio.gather(use(), use(), drop())
    last = await gallery.AddTemplates(add("last", -vectors[0]))
    found = await gallery.SearchPersons(search(vectors[0], limit=100))
    counts = await gallery.GetCollection(pb.GetCollectionRequest(collection_id=STAFF))

    assert last.position == found.position
    assert counts.collection.person_count == len(found.results[0].persons)


async def test_races_between_writers_and_deleters_end_well(gallery: Stub) -> None:
    """Adding, deleting and searching at once neither crashes nor resurrects anybody."""
    vectors = unit_vectors(8)

    async def enroll(number: int) -> None:
        for vector in vectors:
            await gallery.AddTemplates(add(f"p{number % 3}", vector))

    async def erase(number: int) -> None:
        for _ in range(8):
            await unless_missing(gallery.DeletePerson(delete(f"p{number % 3}")))

    async def look() -> None:
        for vector in vectors:
            await gallery.SearchPersons(search(vector))
            await unless_missing(gallery.ScorePerson(score("p0", vector)))

    await asyncio.gather(*(enroll(n) for n in range(6)), *(erase(n) for n in range(6)), look())
    for number in range(3):
        await unless_missing(gallery.DeletePerson(delete(f"p{number}")))
    found = await gallery.SearchPersons(search(*vectors))
    counts = await gallery.GetCollection(pb.GetCollectionRequest(collection_id=STAFF))

    assert [[]] * 8 == [names(result) for result in found.results]
    assert (0, 0) == (counts.collection.person_count, counts.collection.template_count)


class Turnstile(ExactIndex):
    """An index whose vectors wait until the test lets them go."""

    go = threading.Event()
    entered = threading.Event()

    @override
    def vectors(self, templates: Keys) -> Vectors:
        self.entered.set()
        assert self.go.wait(10)
        return super().vectors(templates)


class Turnstiles(ExactIndexes):
    """Makes them."""

    @override
    def opened(self, collection: Collection, count: int) -> Index:
        return Turnstile(collection.dimension)


async def test_a_full_queue_refuses_at_once(tmp_path: Path) -> None:
    """Probes beyond the limit are refused; those that wait are answered."""
    Turnstile.go.clear()
    Turnstile.entered.clear()
    small = config(tmp_path / "gallery.db", search_batch=1, search_queue=2)
    async with open_app(small, Turnstiles()) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        await gallery.AddTemplates(add("ada", ADA))
        running = asyncio.ensure_future(gallery.SearchPersons(search(ADA)))
        assert await asyncio.to_thread(Turnstile.entered.wait, 10)
        try:
            answer = await refused(gallery.SearchPersons(search(ADA, ADA, ADA)))
        finally:
            Turnstile.go.set()
        reply = await running

    metadata = {"queue": "gallery searches", "limit": "2"}
    expected = (grpc.StatusCode.RESOURCE_EXHAUSTED, "ERROR_REASON_QUEUE_FULL", metadata)
    assert (expected, [["ada"]]) == (answer, [names(result) for result in reply.results])
