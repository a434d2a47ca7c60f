"""Hits that two people judge, in a real gateway process before a real gallery."""

import asyncio
import contextlib
import random
from pathlib import Path
from typing import Any

import pytest

from client import AsyncSureface
from client.types import Judgement, ReviewState
from faces.errors import FaceError, ReviewClosed, ReviewerConflict, ReviewNotOpened
from gateway.reviewing.pictures import FOLDER as PICTURES
from tests.records import kept
from tests.review_house import CASE, DIFFERENT, PROBE, SAME, house, look, say


async def told(mesh: AsyncSureface, review_id: str) -> dict[str, Any]:
    """All that a reviewer who has not judged can get to know of an item."""
    errors = []
    for call in (
        mesh.submit_review(review_id=review_id, reviewer_id="carl", **SAME),
        mesh.open_review_candidates(review_id=review_id, reviewer_id="carl"),
        mesh.open_review(review_id=review_id, reviewer_id="olga"),
    ):
        try:
            await call
        except FaceError as error:
            errors.append((type(error), error.metadata))
    lists = [
        [item async for item in mesh.list_reviews(case_id=case_id, state=state)]
        for case_id in ("", "2026-117")
        for state in (None, *(s for s in ReviewState if s is not ReviewState.OTHER))
    ]
    case = await mesh.get_case(case_id="2026-117", reader_id="boris", images=True)
    records = [each for each in case.records if '"kind":"case_reading"' not in each.line]
    return {"errors": errors, "lists": lists, "reviews": case.reviews, "records": records}


@pytest.mark.timeout(300)  # real processes on a busy machine
@pytest.mark.parametrize(
    "first",
    [
        pytest.param(SAME, id="same"),
        pytest.param(DIFFERENT, id="different"),
        pytest.param(SAME | {"judgement": Judgement.INCONCLUSIVE}, id="inconclusive"),
    ],
)
async def test_reviewers_are_blind_to_each_other(tmp_path: Path, first: dict[str, Any]) -> None:
    """Whatever the first one says: no answer, list, count or error is another one for it."""
    async with house(tmp_path) as here, here.gateway() as (_, mesh):
        found = await mesh.search(**CASE)
        opened = await look(mesh, found.review_id, "boris")
        before = await told(mesh, found.review_id)
        state = await say(mesh, found.review_id, "anna", **first)
        after = await told(mesh, found.review_id)
        again = await look(mesh, found.review_id, "boris")

    assert before == after
    assert [ReviewNotOpened, ReviewNotOpened, ReviewerConflict] == [e for e, _ in after["errors"]]
    assert (ReviewState.OPEN, PROBE) == (state, opened.probe)
    assert opened == again


@pytest.mark.timeout(300)
async def test_two_confirm_and_a_third_decides(tmp_path: Path) -> None:
    """A camera's hit: nobody may act before two agree; if they do not, a third judges."""
    alarm: dict[str, Any] = {"scene": "alarm_review", "probe": PROBE, "collection_id": "wanted"}
    async with house(tmp_path) as here, here.gateway() as (_, mesh):
        hit, doubt = [(await mesh.identify(**alarm)).decision for _ in range(2)]
        states = [
            await say(mesh, hit.review_id, "anna", **SAME),
            await say(mesh, hit.review_id, "boris", **SAME),
            await say(mesh, doubt.review_id, "anna", **SAME),
            await say(mesh, doubt.review_id, "boris", **DIFFERENT),
            await say(mesh, doubt.review_id, "carla", **SAME),
        ]
        items = [item async for item in mesh.list_reviews(state=ReviewState.CONFIRMED)]
        with pytest.raises(ReviewClosed):
            await look(mesh, hit.review_id, "dora")

    assert [2, 2] == [each.needed_reviewer_count for each in (hit, doubt)]
    assert ["open", "confirmed", "open", "escalated", "confirmed"] == [s.value for s in states]
    assert [(hit.review_id, "p-1", True, 2), (doubt.review_id, "p-1", True, 3)] == [
        (each.review_id, each.confirmed_person_id, each.actionable, each.judged_reviewer_count)
        for each in items
    ]


async def work(mesh: AsyncSureface, chance: random.Random, done: dict[str, list[str]]) -> None:
    """Search and judge until the gateway is gone; note what was answered."""
    with contextlib.suppress(FaceError):
        while True:
            found = await mesh.search(**CASE)
            done[found.review_id] = []
            for who in ("anna", "boris")[: chance.randint(0, 2)]:
                await say(mesh, found.review_id, who, **SAME)
                done[found.review_id].append(who)


@pytest.mark.timeout(600)
async def test_sigkill_loses_no_item_and_no_judgement(tmp_path: Path) -> None:
    """After each of several kills: what was answered is there, with its picture."""
    chance, done = random.Random(6), dict[str, list[str]]()  # noqa: S311  # repeatable, not secret
    async with house(tmp_path) as here:
        for _ in range(3):
            async with here.gateway() as (process, mesh):
                callers = [asyncio.create_task(work(mesh, chance, done)) for _ in range(3)]
                goal = len(done) + chance.randint(3, 9)
                async with asyncio.timeout(200):
                    while len(done) < goal:
                        await asyncio.wait(callers, timeout=0.01)
                process.kill()
                await asyncio.gather(*callers)
        async with here.gateway() as (_, mesh):
            items = {item.review_id: item async for item in mesh.list_reviews()}
            for review_id, judged in done.items():
                if len(judged) == 2:
                    assert ReviewState.CONFIRMED is items[review_id].state
                    continue
                assert PROBE == (await look(mesh, review_id, "dora")).probe
                for who in judged:
                    with pytest.raises(ReviewerConflict):
                        await look(mesh, review_id, who)

    kinds = [each["kind"] for each in kept(tmp_path)]
    assert kinds.count("review") >= sum(map(len, done.values())) > 0
    assert set(items) == {each.name for each in (tmp_path / PICTURES).iterdir()}
