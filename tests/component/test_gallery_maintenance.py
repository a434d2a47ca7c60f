"""Operators ask over a real socket what a collection costs, and have it compacted."""

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2_grpc import HealthStub

from services.gallery.app import UPKEEP
from sureface.gallery.v1 import gallery_pb2
from sureface.gallery.v1 import maintenance_pb2 as pb
from tests.galleries import (
    CONTRACT,
    STAFF,
    add,
    create,
    delete,
    names,
    new_id,
    refused,
    search,
    unit_vectors,
)
from tests.maintenance import ASKED, DIMENSION, Served, crowd, served
from tests.upkeeps import HeldIndexes, entered


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


def room(folder: Path) -> int:
    """Bytes of all files."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


async def test_a_compaction_gives_the_disk_back(mesh: Served, tmp_path: Path) -> None:
    """Files shrink to what is left, and what is left goes on as it was."""
    await crowd(mesh.gallery, 3000)
    await mesh.gallery.DeleteCollection(
        gallery_pb2.DeleteCollectionRequest(request_id=new_id(), collection_id=STAFF)
    )
    await mesh.gallery.CreateCollection(create(dimension=DIMENSION))
    added = await mesh.gallery.AddTemplates(add("eve", unit_vectors(1, DIMENSION)[0]))
    before = room(tmp_path)
    await mesh.upkeep.CompactCollection(pb.CompactCollectionRequest(collection_id=STAFF))
    after = room(tmp_path)
    later = await mesh.gallery.AddTemplates(add("eve", unit_vectors(1, DIMENSION)[0]))

    assert after < before / 4
    # Keys are not used again, and history goes on.
    assert int(added.template_ids[0]) < int(later.template_ids[0])
    assert added.position < later.position


async def test_many_may_ask_for_a_compaction(tmp_path: Path) -> None:
    """At once, and while others write: there is one, and all are told of it."""
    indexes, request = HeldIndexes(), pb.CompactCollectionRequest(collection_id=STAFF)
    async with served(tmp_path / "gallery.db", indexes) as mesh:
        await mesh.gallery.CreateCollection(create(dimension=DIMENSION))
        await crowd(mesh.gallery, 300)
        indexes.gate.clear()
        asked = [mesh.upkeep.CompactCollection(request) for _ in range(4)]
        await entered(indexes)
        for row, vector in enumerate(unit_vectors(50, DIMENSION, seed=5)):
            await mesh.gallery.AddTemplates(add(f"q{row}", vector))
        indexes.gate.set()
        answers = await asyncio.gather(*asked)

    assert 1 == len(indexes.made)
    assert [350] * 4 == [answer.template_count for answer in answers]


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
