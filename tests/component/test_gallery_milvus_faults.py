"""Milvus that ends, hangs or loses what it was given: the gallery makes it right again."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import grpc
import grpc.aio
import pytest

from services.gallery.milvus.link import Link
from tests.galleries import add, create, names, refused, search
from tests.milvuses import (
    EVERYBODY,
    PEOPLE,
    SCANNED,
    MilvusServer,
    enrolled,
    found,
    gallery_on,
    held,
)

T = TypeVar("T")

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE
NO_MILVUS = (UNAVAILABLE, "ERROR_REASON_SERVICE_UNAVAILABLE", {"service": "milvus"})
REBUILDING = (UNAVAILABLE, "ERROR_REASON_SERVICE_UNAVAILABLE", {"service": "gallery"})


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """What a call answers, once it is no longer UNAVAILABLE."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await call()
            except grpc.aio.AioRpcError as error:
                if error.code() is not UNAVAILABLE:
                    raise
            await asyncio.sleep(0.2)  # as the error advises


def thinned(link: Link, name: str) -> None:
    """Take older templates away."""
    link.ask("delete", name, ids=link.keys(name, 1000)[:10])


def shortened(link: Link, name: str) -> None:
    """Take the newest templates away, as if the gallery had been killed before them."""
    link.ask("delete", name, ids=link.keys(name, 1000)[20:])


def padded(link: Link, name: str) -> None:
    """Add a template that the store does not have, as if its deletion had been missed."""
    link.ask("upsert", name, data=[{"key": 4711, "vector": PEOPLE[0]}])


def foreign(link: Link, name: str) -> None:
    """Put other vectors, of another contract, under the same name."""
    about = link.about(name) | {"sureface.identity": "{}"}
    link.drop(name)
    link.create(name, 64, SCANNED, about)
    rows = [{"key": key, "vector": PEOPLE[39]} for key in range(1, 31)]
    link.ask("upsert", name, data=rows)


def gone(link: Link, name: str) -> None:
    """Drop it."""
    link.drop(name)


@pytest.mark.parametrize("spoil", [thinned, shortened, padded, foreign, gone])
async def test_what_is_wrong_in_milvus_only_costs_time(
    milvus: MilvusServer, tmp_path: Path, spoil: Callable[[Link, str], None]
) -> None:
    """The store is the truth: after a restart Milvus holds exactly that, and nothing else."""
    async with gallery_on(milvus.uri, tmp_path) as (process, gallery):
        await enrolled(gallery)
        process.terminate()
        await process.wait()
    with milvus.link() as link:
        [name] = link.names()
        spoil(link, name)
        async with gallery_on(milvus.uri, tmp_path) as (_, gallery):
            best = await found(gallery)
            counts = list(held(link).values())

    assert (EVERYBODY, [30]) == (best, counts)


async def test_milvus_may_end_and_come_back(milvus: MilvusServer, tmp_path: Path) -> None:
    """Meanwhile calls are UNAVAILABLE; what was written by then is found thereafter."""
    async with gallery_on(milvus.uri, tmp_path) as (process, gallery):
        await enrolled(gallery)
        await milvus.kill()
        searched = await refused(gallery.SearchPersons(search(PEOPLE[3])))
        written = await refused(gallery.AddTemplates(request := add("late", PEOPLE[33])))
        created = await gallery.CreateCollection(create("visitors", dimension=64))
        await milvus.start()
        again = await patiently(lambda: gallery.AddTemplates(request))
        best = await found(gallery)
        [late] = (await gallery.SearchPersons(search(PEOPLE[33], limit=1))).results

    assert (NO_MILVUS, REBUILDING) == (searched, written)
    assert "visitors" == created.collection.collection_id
    assert (EVERYBODY, ["late"], 1) == (best, names(late), len(again.template_ids))
    assert not [line for line in process.lines if "Traceback" in line and "pymilvus" in line]


async def test_a_milvus_that_hangs_is_not_waited_for(milvus: MilvusServer, tmp_path: Path) -> None:
    """A search is UNAVAILABLE once Milvus's time is up, and works when it is back."""
    async with gallery_on(milvus.uri, tmp_path, MILVUS_TIMEOUT_S=2) as (_, gallery):
        await enrolled(gallery)
        with milvus.hanging():
            searched = await refused(gallery.SearchPersons(search(PEOPLE[3])))
        best = await patiently(lambda: found(gallery))

    assert (NO_MILVUS, EVERYBODY) == (searched, best)


async def test_milvus_may_lose_everything(milvus: MilvusServer, tmp_path: Path) -> None:
    """One search is UNAVAILABLE, and the next finds everybody: it is built from the store."""
    async with gallery_on(milvus.uri, tmp_path) as (_, gallery):
        await enrolled(gallery)
        with milvus.link() as link:
            for name in link.names():
                link.drop(name)
        searched = await refused(gallery.SearchPersons(search(PEOPLE[3])))
        best = await found(gallery)

    assert (REBUILDING, EVERYBODY) == (searched, best)
