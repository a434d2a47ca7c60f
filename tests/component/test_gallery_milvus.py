"""A real gallery process whose vectors are in Milvus, and what befalls either of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import grpc
import grpc.aio
import pytest

from services.gallery.milvus.link import Link
from services.gallery.milvus.plans import Kind
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
    search,
    stub,
    unit_vectors,
)
from tests.milvuses import MilvusServer, milvus_server
from tests.processes import Process, refusal, service

T = TypeVar("T")

PEOPLE = unit_vectors(40, 64, seed=9)
EVERYBODY = [f"p{number}" for number in range(30)]
SCANNED = Kind("FLAT", {})
UNAVAILABLE = grpc.StatusCode.UNAVAILABLE
NO_MILVUS = (UNAVAILABLE, "ERROR_REASON_SERVICE_UNAVAILABLE", {"service": "milvus"})
REBUILDING = (UNAVAILABLE, "ERROR_REASON_SERVICE_UNAVAILABLE", {"service": "gallery"})


@pytest.fixture(name="milvus")
async def _milvus(tmp_path: Path) -> AsyncIterator[MilvusServer]:
    async with milvus_server(tmp_path) as server:
        yield server


@contextlib.asynccontextmanager
async def gallery_on(
    uri: object, folder: Path, **variables: object
) -> AsyncIterator[tuple[Process, Stub]]:
    """A gallery process over a file of its own and Milvus."""
    where = {"PATH": folder / "gallery.db", "INDEX": "milvus", "MILVUS_URI": uri}
    async with service("gallery", **where, **variables) as process, stub(process.port) as gallery:
        yield process, gallery


async def enrolled(gallery: Stub) -> None:
    """Thirty persons, of one template each."""
    await gallery.CreateCollection(create(dimension=64))
    for number, name in enumerate(EVERYBODY):
        labels = {"group": "day" if number % 2 else "night"}
        await gallery.AddTemplates(add(name, PEOPLE[number], labels=labels))


async def found(gallery: Stub, *, count: int = 30) -> list[str]:
    """The best candidate for each of the first persons."""
    reply = await gallery.SearchPersons(search(*PEOPLE[:count], limit=1))
    return [name for result in reply.results for name in names(result)]


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


def held(link: Link) -> dict[str, int]:
    """Collections in Milvus, and how many vectors each has."""
    return {name: len(link.keys(name, 1000)) for name in link.names()}


async def test_persons_are_enrolled_found_filtered_and_forgotten(tmp_path: Path) -> None:
    """With milvus-lite in the gallery's own process, as with any index."""
    async with gallery_on(tmp_path / "light.db", tmp_path) as (process, gallery):
        await enrolled(gallery)
        everybody = await found(gallery)
        day = search(PEOPLE[4], filter=pb.SearchFilter(group="day"), limit=40)
        [filtered] = (await gallery.SearchPersons(day)).results
        await gallery.DeletePerson(delete("p7"))
        [left] = (await gallery.SearchPersons(search(PEOPLE[7], limit=40))).results
        process.terminate()
        code = await process.wait()

    assert EVERYBODY == everybody
    assert set(EVERYBODY[1::2]) == set(names(filtered))
    assert set(EVERYBODY) - {"p7"} == set(names(left))
    assert 0 == code


async def test_a_restart_goes_on_with_what_milvus_holds(
    milvus: MilvusServer, tmp_path: Path
) -> None:
    """The collection in Milvus stays the same one, and holds no template twice."""
    async with gallery_on(milvus.uri, tmp_path) as (process, gallery):
        await enrolled(gallery)
        process.terminate()
        await process.wait()
    with milvus.link() as link:
        before = held(link)
        async with gallery_on(milvus.uri, tmp_path) as (_, gallery):
            again = await found(gallery)
            after = held(link)

    assert ([30], before) == (list(before.values()), after)
    assert EVERYBODY == again


async def test_a_killed_gallery_is_right_again(tmp_path: Path) -> None:
    """After SIGKILL it finds everybody acknowledged, and nobody deleted."""
    async with gallery_on(tmp_path / "light.db", tmp_path) as (process, gallery):
        await enrolled(gallery)
        await gallery.DeletePerson(delete("p29"))
        process.kill()
        await process.wait()
    async with gallery_on(tmp_path / "light.db", tmp_path) as (_, gallery):
        [everybody] = (await gallery.SearchPersons(search(PEOPLE[29], limit=40))).results
        best = await found(gallery, count=29)

    assert set(EVERYBODY[:29]) == set(names(everybody))
    assert EVERYBODY[:29] == best


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


async def test_a_deleted_collection_leaves_nothing_in_milvus(
    milvus: MilvusServer, tmp_path: Path
) -> None:
    """Nor does the index of a plan that was given up; collections of others stay."""
    async with gallery_on(milvus.uri, tmp_path) as (_, gallery):
        with milvus.link() as link:
            link.create("sureface_other_1_0123456789ab", 64, SCANNED, {})
            await enrolled(gallery)
            there = len(link.names())
            request = pb.DeleteCollectionRequest(request_id=new_id(), collection_id=STAFF)
            await gallery.DeleteCollection(request)
            left = link.names()

    assert (2, ["sureface_other_1_0123456789ab"]) == (there, left)


async def test_without_milvus_no_start(tmp_path: Path) -> None:
    """One line says why, without the token."""
    code, lines = await refusal(
        "gallery",
        PATH=tmp_path / "gallery.db",
        INDEX="milvus",
        MILVUS_URI="http://127.0.0.1:1",
        MILVUS_TOKEN="root:Secret",
    )

    assert (1, ["gallery: Milvus at 127.0.0.1:1 cannot be used, code 2\n"]) == (code, lines)
