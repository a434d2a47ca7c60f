"""A real gallery process whose vectors are in Milvus: what is there, and when it goes."""

from pathlib import Path

from meshkit.batcher import BatchLimits
from services.gallery.plan import Plan
from services.gallery.sqlite import SqliteStore
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.maintenance_pb2 import CompactCollectionRequest
from tests.galleries import STAFF, delete, names, new_id, search
from tests.indexes import GRAPH
from tests.maintenance import connected
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
from tests.mirrors import Mirror
from tests.processes import refusal
from tests.stores import fresh, planning

OTHERS = "sureface_other_1_0123456789ab"
"""In the same Milvus, another gallery's."""


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


async def test_a_compaction_leaves_one_index_in_milvus(
    milvus: MilvusServer, tmp_path: Path
) -> None:
    """Another one than before, with everybody who is left."""
    async with (
        gallery_on(milvus.uri, tmp_path) as (process, gallery),
        connected(process.port) as mesh,
    ):
        await enrolled(gallery)
        await gallery.DeletePerson(delete("p29"))
        with milvus.link() as link:
            before = held(link)
            await mesh.upkeep.CompactCollection(CompactCollectionRequest(collection_id=STAFF))
            after = held(link)
        best = await found(gallery, count=29)

    assert ([29], [29]) == (list(before.values()), list(after.values()))
    assert before.keys() != after.keys()
    assert EVERYBODY[:29] == best


async def planned(path: Path, plan: Plan) -> None:
    """Tune the collection, while no gallery has its store."""
    async with SqliteStore.opened(path, Mirror(), limits=BatchLimits(), remember_h=1) as store:
        await store.write(fresh("plan"), planning(plan))


async def test_a_deleted_collection_leaves_nothing_in_milvus(
    milvus: MilvusServer, tmp_path: Path
) -> None:
    """Nor does the index of a plan that was given up; collections of others stay."""
    with milvus.link() as link:
        async with gallery_on(milvus.uri, tmp_path) as (process, gallery):
            await enrolled(gallery)
            before = held(link)
            process.terminate()
            await process.wait()
        await planned(tmp_path / "gallery.db", GRAPH)
        link.create(OTHERS, 64, SCANNED, {})
        async with gallery_on(milvus.uri, tmp_path) as (_, gallery):
            best = await found(gallery)
            after = held(link)
            request = pb.DeleteCollectionRequest(request_id=new_id(), collection_id=STAFF)
            await gallery.DeleteCollection(request)
            left = link.names()

    assert EVERYBODY == best
    assert ([30], [0, 30]) == (list(before.values()), sorted(after.values()))
    assert not before.keys() & after.keys()
    assert [OTHERS] == left


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
