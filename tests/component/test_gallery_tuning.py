"""Operators have a collection tuned over a real socket."""

import asyncio
from pathlib import Path
from typing import Any

from typing_extensions import override

from services.gallery.faiss import FaissIndexes
from services.gallery.plan import Plan
from sureface.gallery.v1 import maintenance_pb2 as pb
from tests.galleries import STAFF, create, names, new_id, search, unit_vectors
from tests.maintenance import ASKED, DIMENSION, Served, crowd, served
from tests.upkeeps import HeldIndexes, entered

FP32, FP16 = pb.IndexPlan(storage="fp32"), pb.IndexPlan(storage="fp16")


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


async def test_a_tuning_streams_what_it_measures(mesh: Served) -> None:
    """The exact scan comes first, the best one last; nothing else is done about it."""
    await crowd(mesh.gallery, 1500)
    first, *others, last = await tuned(mesh)
    stats = await mesh.upkeep.GetCollectionStats(ASKED)

    assert (FP32, 1.0, 1.0) == (first.plan, first.recall_at_1, first.recall_at_10)
    assert others
    assert last.plan in [first.plan, *(each.plan for each in others)]
    assert ({False}, True) == ({each.chosen for each in (first, *others)}, last.chosen)
    assert last.plan_count == others[-1].measured_count == 1 + len(others)
    assert (FP32, False) == (stats.plan, stats.tuned)


class Halved(FaissIndexes):
    """No other plan is worth measuring: which one is the fastest is no matter of luck."""

    @override
    def plans(self, count: int) -> list[Plan]:
        return [Plan(storage="fp16")]


async def test_a_tuning_is_kept(tmp_path: Path) -> None:
    """The chosen plan is in force at once on a rebuilt index, and after a restart."""
    path = tmp_path / "gallery.db"
    async with served(path, Halved()) as mesh:
        await mesh.gallery.CreateCollection(create(dimension=DIMENSION))
        await crowd(mesh.gallery, 1500)
        before = await mesh.upkeep.GetCollectionStats(ASKED)
        *_, last = await tuned(mesh, apply=True, request_id=new_id())
        now = await planned(mesh, FP16)
        found = await mesh.gallery.SearchPersons(search(*unit_vectors(50, DIMENSION)))
    async with served(path) as mesh:
        later = await mesh.upkeep.GetCollectionStats(ASKED)

    assert [FP32, FP16, FP16] == [before.plan, last.plan, later.plan]
    assert [False, True, True] == [before.tuned, now.tuned, later.tuned]
    assert [f"p{row}" for row in range(50)] == [names(each)[0] for each in found.results]


async def test_whoever_leaves_a_tuning_frees_the_gallery(tmp_path: Path) -> None:
    """What is being measured is given up, and a compaction has its turn."""
    indexes, compact = HeldIndexes("probe"), pb.CompactCollectionRequest(collection_id=STAFF)
    async with served(tmp_path / "gallery.db", indexes) as mesh:
        await mesh.gallery.CreateCollection(create(dimension=DIMENSION))
        await crowd(mesh.gallery, 1000)
        indexes.gate.clear()
        call = mesh.upkeep.TuneCollection(pb.TuneCollectionRequest(collection_id=STAFF))
        await entered(indexes)
        call.cancel()
        try:
            done = await mesh.upkeep.CompactCollection(compact, timeout=20)
        finally:
            indexes.gate.set()

    assert 1000 == done.template_count
    assert [True, False] == [index.discarded for index in indexes.made]
