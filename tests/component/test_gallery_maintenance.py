"""What operators of a gallery ask over a real socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub

from services.gallery.app import UPKEEP, open_app
from sureface.gallery.v1 import gallery_pb2
from sureface.gallery.v1 import maintenance_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from sureface.gallery.v1.maintenance_pb2_grpc import MaintenanceServiceStub
from tests.galleries import (
    CONTRACT,
    STAFF,
    Stub,
    add,
    config,
    create,
    delete,
    names,
    new_id,
    refused,
    search,
    unit_vectors,
)

if TYPE_CHECKING:
    from sureface.gallery.v1.maintenance_pb2_grpc import MaintenanceServiceAsyncStub

    Upkeep = MaintenanceServiceAsyncStub
else:
    Upkeep = MaintenanceServiceStub

DIMENSION = 16
ASKED = pb.GetCollectionStatsRequest(collection_id=STAFF)


@dataclass(frozen=True)
class Served:
    """One gallery process, as its callers see it."""

    channel: grpc.aio.Channel
    gallery: Stub
    upkeep: Upkeep


@contextlib.asynccontextmanager
async def served(path: Path) -> AsyncIterator[Served]:
    """Serve a gallery."""
    async with (
        open_app(config(path)) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield Served(channel, GalleryServiceStub(channel), MaintenanceServiceStub(channel))


async def crowd(gallery: Stub, count: int, **labels: str) -> None:
    """Import persons p0, p1, … with one template each."""
    vectors = unit_vectors(count, DIMENSION)

    def records(start: int) -> list[gallery_pb2.TemplateRecord]:
        return [
            gallery_pb2.TemplateRecord(
                person_id=f"p{row}",
                template=gallery_pb2.NewTemplate(packed_vector=vectors[row].tobytes(), quality=1),
                person_labels=labels,
            )
            for row in range(start, min(start + 1000, count))
        ]

    async def messages() -> AsyncIterator[gallery_pb2.ImportTemplatesRequest]:
        for start in range(0, count, 1000):
            yield gallery_pb2.ImportTemplatesRequest(
                collection_id=STAFF,
                contract_id=CONTRACT,
                import_id=import_id,
                records=records(start),
            )

    import_id = new_id()
    await gallery.ImportTemplates(messages())


@pytest.fixture(name="mesh")
async def _mesh(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "gallery.db") as mesh:
        await mesh.gallery.CreateCollection(create(dimension=DIMENSION))
        yield mesh


async def test_statistics_tell_what_an_index_costs(mesh: Served) -> None:
    """Counts follow additions and deletions; so does the position."""
    await crowd(mesh.gallery, 300)
    for row in range(10):
        last = await mesh.gallery.DeletePerson(delete(f"p{row}"))

    stats = await mesh.upkeep.GetCollectionStats(ASKED)

    assert (STAFF, CONTRACT, DIMENSION) == (stats.collection_id, stats.contract_id, stats.dimension)
    assert (290, 290, 10) == (stats.person_count, stats.template_count, stats.tombstone_count)
    assert ("faiss", pb.IndexPlan(storage="fp32"), False) == (
        stats.index_kind,
        stats.plan,
        stats.tuned,
    )
    assert (last.position, 0) == (stats.position, stats.lag)
    assert stats.index_bytes > 300 * DIMENSION * 4
    assert stats.table_bytes > 300 * 20
    assert not stats.HasField("snapshot_time")


async def test_a_compaction_drops_tombstones(mesh: Served) -> None:
    """It says how many, and answers stay what they were."""
    await crowd(mesh.gallery, 300)
    for row in range(10):
        await mesh.gallery.DeletePerson(delete(f"p{row}"))
    probes = unit_vectors(60, DIMENSION)
    before = await mesh.gallery.SearchPersons(search(*probes))
    done = await mesh.upkeep.CompactCollection(pb.CompactCollectionRequest(collection_id=STAFF))
    after = await mesh.gallery.SearchPersons(search(*probes))
    stats = await mesh.upkeep.GetCollectionStats(ASKED)

    assert (10, 290, 0) == (done.tombstone_count, done.template_count, stats.tombstone_count)
    assert done.index_bytes_after <= done.index_bytes_before
    assert [names(each) for each in before.results] == [names(each) for each in after.results]


def everything_in(folder: Path) -> bytes:
    """All bytes of all files."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_a_compaction_gives_the_disk_back(mesh: Served, tmp_path: Path) -> None:
    """The file shrinks to what is left, and has no copy of what is not."""
    file = tmp_path / "gallery.db"
    await crowd(mesh.gallery, 3000, name="Ada Lovelace")
    await mesh.gallery.DeleteCollection(
        gallery_pb2.DeleteCollectionRequest(request_id=new_id(), collection_id=STAFF)
    )
    await mesh.gallery.CreateCollection(create(dimension=DIMENSION))
    before = file.stat().st_size
    added = await mesh.gallery.AddTemplates(add("eve", unit_vectors(1, DIMENSION)[0]))
    await mesh.upkeep.CompactCollection(pb.CompactCollectionRequest(collection_id=STAFF))
    after = await mesh.gallery.AddTemplates(add("eve", unit_vectors(1, DIMENSION)[0]))
    everything = everything_in(tmp_path)

    assert file.stat().st_size < before / 4
    assert b"Lovelace" not in everything
    # Keys are not used again, and history goes on.
    assert int(added.template_ids[0]) < int(after.template_ids[0])
    assert added.position < after.position


async def test_many_may_ask_for_a_compaction(mesh: Served) -> None:
    """At once, and while others write: all are answered."""
    await crowd(mesh.gallery, 300)
    request = pb.CompactCollectionRequest(collection_id=STAFF)
    writes = [
        mesh.gallery.AddTemplates(add(f"q{row}", vector))
        for row, vector in enumerate(unit_vectors(50, DIMENSION, seed=5))
    ]
    *answers, _ = await asyncio.gather(
        *(mesh.upkeep.CompactCollection(request) for _ in range(4)), asyncio.gather(*writes)
    )
    stats = await mesh.upkeep.GetCollectionStats(ASKED)

    assert 4 == len(answers)
    assert (350, 0) == (stats.template_count, stats.tombstone_count)


async def tuned(mesh: Served, **fields: Any) -> list[pb.TuneCollectionResponse]:
    """All answers of a tuning."""
    request = pb.TuneCollectionRequest(collection_id=STAFF, **fields)
    return [answer async for answer in mesh.upkeep.TuneCollection(request)]


async def planned(mesh: Served, plan: pb.IndexPlan) -> pb.GetCollectionStatsResponse:
    """Statistics, once the index is of a plan."""
    async with asyncio.timeout(60):
        while True:
            stats = await mesh.upkeep.GetCollectionStats(ASKED)
            if stats.plan == plan:
                return stats
            await asyncio.sleep(0.05)


async def test_a_tuning_streams_and_is_kept(tmp_path: Path) -> None:
    """The chosen plan is in force at once on a rebuilt index, and after a restart."""
    path = tmp_path / "gallery.db"
    async with served(path) as mesh:
        await mesh.gallery.CreateCollection(create(dimension=DIMENSION))
        await crowd(mesh.gallery, 1500)
        measured = await tuned(mesh)
        untouched = await mesh.upkeep.GetCollectionStats(ASKED)
        answers = await tuned(mesh, apply=True, request_id=new_id(), min_recall=0.5)
        chosen = answers[-1].plan
        now = await planned(mesh, chosen)
        found = await mesh.gallery.SearchPersons(search(*unit_vectors(50, DIMENSION)))
    async with served(path) as mesh:
        later = await mesh.upkeep.GetCollectionStats(ASKED)

    assert pb.IndexPlan(storage="fp32") == measured[0].plan
    assert (1.0, 1.0) == (measured[0].recall_at_1, measured[0].recall_at_10)
    assert [False] * (len(measured) - 1) + [True] == [answer.chosen for answer in measured]
    assert measured[-1].plan_count == measured[-2].measured_count == len(measured) - 1
    assert (False, True, True) == (untouched.tuned, now.tuned, later.tuned)
    assert chosen == later.plan
    assert [f"p{row}" for row in range(50)] == [names(each)[0] for each in found.results]


async def test_whoever_leaves_a_tuning_frees_the_gallery(mesh: Served) -> None:
    """A cancelled stream holds nothing up."""
    await crowd(mesh.gallery, 3000)
    call = mesh.upkeep.TuneCollection(pb.TuneCollectionRequest(collection_id=STAFF))
    await call.read()
    call.cancel()
    done = await mesh.upkeep.CompactCollection(pb.CompactCollectionRequest(collection_id=STAFF))

    assert 3000 == done.template_count


NOT_FOUND = (grpc.StatusCode.NOT_FOUND, "ERROR_REASON_COLLECTION_NOT_FOUND")
INVALID = (grpc.StatusCode.INVALID_ARGUMENT, "ERROR_REASON_FIELD_INVALID")
MISSING = (grpc.StatusCode.INVALID_ARGUMENT, "ERROR_REASON_FIELD_MISSING")
SMALL = (grpc.StatusCode.FAILED_PRECONDITION, "ERROR_REASON_COLLECTION_TOO_SMALL")


@pytest.mark.parametrize(
    ("method", "fields", "refusal"),
    [
        pytest.param("GetCollectionStats", {"collection_id": "nobody"}, NOT_FOUND, id="stats"),
        pytest.param("CompactCollection", {"collection_id": "nobody"}, NOT_FOUND, id="compact"),
        pytest.param("TuneCollection", {"collection_id": "nobody"}, NOT_FOUND, id="tune"),
        pytest.param("GetCollectionStats", {"collection_id": "?"}, INVALID, id="name"),
        pytest.param("TuneCollection", {"collection_id": STAFF}, SMALL, id="too small"),
        pytest.param(
            "TuneCollection", {"collection_id": STAFF, "min_recall": 1.5}, INVALID, id="recall"
        ),
        pytest.param(
            "TuneCollection", {"collection_id": STAFF, "apply": True}, MISSING, id="no id"
        ),
    ],
)
async def test_what_cannot_be_done_is_refused(
    mesh: Served, method: str, fields: dict[str, Any], refusal: tuple[grpc.StatusCode, str]
) -> None:
    """Each refusal has its reason."""
    request = getattr(pb, f"{method}Request")(**fields)
    call = getattr(mesh.upkeep, method)(request)
    code, reason, _ = await refused(call.read() if method == "TuneCollection" else call)

    assert refusal == (code, reason)


async def test_the_service_is_announced(mesh: Served) -> None:
    """Health knows it by its name."""
    checks: Any = HealthStub(mesh.channel)
    reply = await checks.Check(health_pb2.HealthCheckRequest(service=UPKEEP))

    assert health_pb2.HealthCheckResponse.SERVING == reply.status
