"""Tuning measures what searches of this very collection find, and how soon."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from faces.embedding import Vectors
from faces.errors import CollectionNotFound, CollectionTooSmall
from services.gallery.faiss import FaissIndexes
from services.gallery.maintenance.steps import Step, Wish, choice
from services.gallery.maintenance.trials import Measured
from services.gallery.maintenance.tuning import Tuner
from services.gallery.plan import Plan
from services.gallery.store import Request
from tests.galleries import STAFF, unit_vectors
from tests.indexes import FP16, FP32, INT8, faces
from tests.stores import dropping, fresh
from tests.upkeeps import HeldIndexes, House, entered, house, names


def tuner(all_of_it: House) -> Tuner:
    return Tuner(all_of_it.gallery, all_of_it.projection, all_of_it.upkeep)


def wish(write: Request | None = None, min_recall: float = 0.995) -> Wish:
    return Wish(collection_id=STAFF, min_recall=min_recall, write=write)


async def crowd(all_of_it: House, vectors: Vectors) -> None:
    for start in range(0, len(vectors), 4000):
        page = vectors[start : start + 4000]
        await all_of_it.enroll(names(len(page), start), page)


async def first(all_of_it: House) -> Step:
    """The first answer of a tuning."""
    return await anext(tuner(all_of_it).tune(wish()))


def measured(plan: Plan, *, at_1: float, at_10: float, ms: float) -> Measured:
    return Measured(
        plan=plan,
        recall_at_1=at_1,
        recall_at_10=at_10,
        latency_ms=ms,
        batched_latency_ms=ms / 4,
        index_bytes=1,
    )


@pytest.mark.parametrize(
    ("fp16", "int8", "chosen"),
    [
        pytest.param((1.0, 1.0, 5), (1.0, 0.996, 3), "int8", id="the fastest"),
        pytest.param((1.0, 1.0, 5), (0.998, 1.0, 3), "fp16", id="misses the first"),
        pytest.param((1.0, 1.0, 5), (1.0, 0.994, 3), "fp16", id="misses of ten"),
        pytest.param((0.9, 1.0, 5), (0.9, 1.0, 3), "fp32", id="none is good"),
    ],
)
def test_the_fastest_that_misses_nobody_is_chosen(
    fp16: tuple[float, float, float], int8: tuple[float, float, float], chosen: str
) -> None:
    """Next to nobody, that is; the exact scan if all others do."""
    known = [measured(FP32, at_1=1.0, at_10=1.0, ms=9)]
    for plan, (at_1, at_10, ms) in zip((FP16, INT8), (fp16, int8), strict=True):
        known.append(measured(plan, at_1=at_1, at_10=at_10, ms=ms))

    assert chosen == choice(known, 0.995).plan.storage


@pytest.fixture(name="all_of_it")
async def _all_of_it(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path / "db", FaissIndexes(), dimension=64) as all_of_it:
        await crowd(all_of_it, faces(12_000, 64, people=6000))
        yield all_of_it


async def test_a_collection_is_measured_plan_by_plan(all_of_it: House) -> None:
    """The exact scan comes first and misses nobody; no two are the same; the best comes last."""
    *all_steps, last = [step async for step in tuner(all_of_it).tune(wish())]
    plans = [step.measured.plan for step in all_steps]

    assert (Plan(storage="fp32"), 1.0, 1.0) == (
        plans[0],
        all_steps[0].measured.recall_at_1,
        all_steps[0].measured.recall_at_10,
    )
    assert any(plan.first_stage for plan in plans)
    assert len(plans) == len(set(plans))
    assert list(range(1, len(plans) + 1)) == [step.number for step in all_steps]
    best = choice([step.measured for step in all_steps], 0.995)
    assert Step(best, len(plans), len(plans), chosen=True) == last
    assert all(step.measured.latency_ms > 0 for step in all_steps)
    assert "" == all_of_it.shelf.plan


async def test_a_repeated_request_tells_the_plan_that_is_kept(all_of_it: House) -> None:
    """Measured again, another plan may be faster; what is in force is the first one."""
    write = fresh("TuneCollectionRequest")
    kept = [step async for step in tuner(all_of_it).tune(wish(write, min_recall=0.9))][-1]
    again = [step async for step in tuner(all_of_it).tune(wish(write, min_recall=1.0))][-1]

    assert kept.measured.plan == again.measured.plan
    assert kept.measured.plan.dump() == all_of_it.shelf.plan


async def test_a_small_collection_is_not_tuned(tmp_path: Path) -> None:
    """Below a thousand templates there is nothing to choose."""
    async with house(tmp_path / "db", FaissIndexes()) as small:
        await crowd(small, unit_vectors(999))
        with pytest.raises(CollectionTooSmall) as refusal:
            await anext(tuner(small).tune(wish()))

    assert {"collection_id": STAFF, "template_count": "999", "needed": "1000"} == (
        refusal.value.metadata
    )


async def test_searches_go_on_while_an_index_is_tried(tmp_path: Path) -> None:
    """What is added and removed meanwhile is searched, and confuses no measurement."""
    vectors, indexes = unit_vectors(1200), HeldIndexes()
    async with house(tmp_path / "db", indexes) as all_of_it:
        await crowd(all_of_it, vectors[:1100])
        indexes.gate.clear()
        measuring = asyncio.create_task(first(all_of_it))
        await entered(indexes)
        await all_of_it.enroll(names(100, 1100), vectors[1100:])
        await all_of_it.remove("p0")
        found = await all_of_it.found(*vectors[1:3], vectors[1150])
        indexes.gate.set()
        step = await measuring

    assert [["p1"], ["p2"], ["p1150"]] == found
    assert (1.0, 1.0) == (step.measured.recall_at_1, step.measured.recall_at_10)


async def test_who_leaves_stops_the_measurement(tmp_path: Path) -> None:
    """The index under test is discarded, and other upkeep has its turn."""
    indexes = HeldIndexes()
    async with house(tmp_path / "db", indexes) as all_of_it:
        await crowd(all_of_it, unit_vectors(1000))
        indexes.gate.clear()
        measuring = asyncio.create_task(first(all_of_it))
        await entered(indexes)
        measuring.cancel()
        with pytest.raises(asyncio.CancelledError):
            await measuring
        indexes.gate.set()
        await all_of_it.upkeep.compact(STAFF)

    assert [True, False] == [index.discarded for index in indexes.made]


async def test_who_comes_back_gets_what_is_known(all_of_it: House) -> None:
    """A broken stream is taken up again: nothing is measured twice."""
    one = tuner(all_of_it)
    stream = one.tune(wish())
    known = [await anext(stream), await anext(stream)]
    await stream.aclose()
    again = [step async for step in one.tune(wish())]
    afresh = await anext(one.tune(wish()))

    assert known == again[:2]
    assert len(again) - 1 == len({step.measured.plan for step in again})
    assert afresh.measured.latency_ms != again[0].measured.latency_ms


async def test_a_collection_may_go_while_it_is_measured(tmp_path: Path) -> None:
    """Its measurement ends, and says why."""
    indexes = HeldIndexes()
    async with house(tmp_path / "db", indexes) as all_of_it:
        await crowd(all_of_it, unit_vectors(1000))
        indexes.gate.clear()
        measuring = asyncio.create_task(first(all_of_it))
        await entered(indexes)
        await all_of_it.gallery.write(fresh("drop"), STAFF, dropping())
        indexes.gate.set()
        with pytest.raises(CollectionNotFound):
            await measuring

    assert [True] == [index.discarded for index in indexes.made]
