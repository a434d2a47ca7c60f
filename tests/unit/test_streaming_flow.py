"""Frames that come faster than they are judged, or not at all, and streams that end."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from faces.errors import FieldInvalid, ServiceUnavailable
from faces.policy import Verdict
from gateway.records.log import DecisionLog
from gateway.streaming.frames import Frame
from gateway.streaming.streams import Streams
from gateway.streaming.watch import Limits
from tests.cameras import SETTINGS, counted, door, frames, one_by_one, told_of, watched
from tests.fakes import until
from tests.stage import Shown, Stage
from tests.unit.sights import vector

ALICE, BOB = Shown(vector(0)), Shown(vector(90))


async def test_the_newest_frame_wins(stage: Stage, streams: Streams) -> None:
    """Frames that come while one is judged are dropped, but for the last; all are counted."""
    pictures = frames(*[stage.picture(ALICE)] * 6, stage.picture(BOB))
    before = counted("dropped"), counted("judged")

    async def rush() -> AsyncIterator[Frame]:
        stage.open.clear()
        for frame in pictures:
            yield frame
            await stage.entered.wait()
        stage.open.set()

    answers = await watched(streams, rush())

    assert [(0, 5), (1200, 5)] == [(a.told.offset_ms, a.dropped) for a in answers if a.told]
    assert (5, 2) == (counted("dropped") - before[0], counted("judged") - before[1])


async def test_a_camera_that_falls_silent(stage: Stage, log: DecisionLog) -> None:
    """Whoever was in view has left: their verdict waits for no frame."""
    told = asyncio.Event()

    async def motion_only() -> AsyncIterator[Frame]:
        async for frame in one_by_one(frames(stage.picture(BOB))):
            yield frame
        await told.wait()

    impatient = door(stage, log, limits=Limits(quiet_s=0.05))
    verdict = None
    async for verdict in impatient.watch(SETTINGS, motion_only()):
        if verdict.told:
            told.set()

    assert verdict
    assert verdict.told
    assert Verdict.NO_MATCH is verdict.told.decision.conclusion.verdict


@pytest.mark.parametrize(
    ("shown", "seen"),
    [pytest.param(None, 1, id="nobody in view"), pytest.param(ALICE, 5, id="somebody in view")],
)
async def test_renews_while_nobody_is_in_view(
    stage: Stage, log: DecisionLog, shown: Shown | None, seen: int
) -> None:
    """An old stream ends by itself, and does not tear a track."""
    pictures = [stage.picture(*([shown] if shown else [])) for _ in range(5)]

    await told_of(door(stage, log, limits=Limits(renew_s=0)), frames(*pictures))

    assert seen == stage.calls.count("detect")


async def test_a_gateway_that_stops_lets_its_cameras_go(stage: Stage, streams: Streams) -> None:
    """Streams end as if they were over, without verdicts; new ones are sent elsewhere."""
    ended = asyncio.Event()

    async def endless() -> AsyncIterator[Frame]:
        async for frame in one_by_one(frames(stage.picture(BOB))):
            yield frame
        streams.close()
        await ended.wait()

    answers = await watched(streams, endless())

    assert [] == answers
    with pytest.raises(ServiceUnavailable):
        await told_of(streams, frames(stage.picture(ALICE)))


async def test_a_mistake_ends_the_stream_at_once(stage: Stage, streams: Streams) -> None:
    """What is wrong with a message is raised, whatever still waits."""

    async def wrong() -> AsyncIterator[Frame]:
        for frame in frames(stage.picture(ALICE), stage.picture(ALICE)):
            yield frame
        raise FieldInvalid(field="frame.offset_ms", rule="must grow")

    with pytest.raises(FieldInvalid):
        await watched(streams, wrong())


async def test_one_stream_does_not_starve_another(stage: Stage, streams: Streams) -> None:
    """A camera that sends as fast as it can has one frame in the mesh, like any other."""
    pictures = frames(*[stage.picture() for _ in range(1000)])
    flooded = asyncio.Event()

    async def flood() -> AsyncIterator[Frame]:
        for frame in pictures:
            yield frame
            await asyncio.sleep(0)
        flooded.set()

    stage.open.clear()
    fast = asyncio.create_task(watched(streams, flood()))
    await flooded.wait()
    inside = len(stage.waiting)
    slow = asyncio.create_task(told_of(streams, frames(stage.picture(ALICE))))
    await until(lambda: len(stage.waiting) == inside + 1)
    stage.open.set()
    await fast
    [answer] = await slow

    assert 1 == inside
    assert answer.told
