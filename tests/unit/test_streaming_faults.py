"""A stream outlives what fails around it, and its memory has a bound."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from faces import errors
from faces.errors import (
    BY_REASON,
    CollectionNotFound,
    DeadlineExceeded,
    FaceError,
    FieldInvalid,
    ImageBroken,
    QueueFull,
    SceneUnknown,
    ServiceUnavailable,
    StoreUnavailable,
)
from faces.policy import PolicyTable, Row, Verdict
from faces.rules import Rule
from gateway.records.log import DecisionLog
from gateway.streaming.faults import costs_a_frame
from gateway.streaming.frames import Frame
from gateway.streaming.streams import Streams
from gateway.streaming.watch import Answer, Limits
from meshkit.chain import Head
from tests.cameras import door, frames, one_by_one, told_of, watched
from tests.records import kept
from tests.stage import Shown, Stage
from tests.unit.door import POLICY
from tests.unit.sights import vector

ALICE, BOB = Shown(vector(0)), Shown(vector(90))


class Policies:
    """A table that may lose its scene."""

    version = "1"
    known = True

    def row(self, scene: str) -> Row:
        if not self.known:
            raise SceneUnknown(scene=scene)
        return PolicyTable([POLICY]).row(scene)


async def shown_until_mended(stage: Stage, *shown: Frame, broken: int) -> AsyncIterator[Frame]:
    """Frames one by one; what fails is mended after some."""
    number = 0
    async for frame in one_by_one(shown):
        if number == broken:
            stage.failures.clear()
        number += 1
        yield frame


def states(answers: list[Answer]) -> list[tuple[str, int, Verdict | None]]:
    """Reason, frames lost and verdict of each."""
    return [
        (
            answer.lost_reason.removeprefix("ERROR_REASON_"),
            answer.lost,
            answer.told.decision.conclusion.verdict if answer.told else None,
        )
        for answer in answers
    ]


@pytest.mark.parametrize("call", ["detect", "embed", "search"])
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ServiceUnavailable(service="x"), "SERVICE_UNAVAILABLE"),
        (QueueFull(queue="x", limit=1), "QUEUE_FULL"),
    ],
    ids=["away", "full"],
)
async def test_a_service_that_is_away_costs_frames(
    stage: Stage, streams: Streams, call: str, error: FaceError, reason: str
) -> None:
    """The stream says when it begins and when it is over, and tells what was due."""
    stage.failures[call] = error
    pictures = frames(*[stage.picture(ALICE) for _ in range(4)])

    answers = await watched(streams, shown_until_mended(stage, *pictures, broken=2))

    assert [(reason, 1, None), ("", 2, None), ("", 2, Verdict.MATCH)] == states(answers)


async def test_a_torn_picture_costs_a_frame(stage: Stage, streams: Streams) -> None:
    """Cameras send one now and then; a door does not close for it."""
    stage.failures["detect"] = ImageBroken(format="JPEG")
    pictures = frames(*[stage.picture(ALICE) for _ in range(2)])

    answers = await watched(streams, shown_until_mended(stage, *pictures, broken=1))

    assert [("IMAGE_BROKEN", 1, None), ("", 1, None), ("", 1, Verdict.MATCH)] == states(answers)


async def test_who_left_while_a_service_was_away(stage: Stage, streams: Streams) -> None:
    """Their verdict is told as soon as it can be had."""
    stage.failures["search"] = ServiceUnavailable(service="gallery")
    pictures = [stage.picture(BOB), *[stage.picture() for _ in range(20)]]

    answers = await watched(streams, shown_until_mended(stage, *frames(*pictures), broken=15))

    [told] = [answer.told for answer in answers if answer.told]
    assert (Verdict.NO_MATCH, 0) == (told.decision.conclusion.verdict, told.offset_ms)
    assert Rule.BELOW_REVIEW is told.decision.conclusion.rule


async def test_what_is_due_at_the_end_and_cannot_be_had(stage: Stage, streams: Streams) -> None:
    """Ends the stream with its reason: nobody takes silence for an answer."""
    stage.failures["search"] = ServiceUnavailable(service="gallery")

    with pytest.raises(ServiceUnavailable):
        await told_of(streams, frames(stage.picture(BOB)))


class Full(DecisionLog):
    """A log on a disk that is full for a while."""

    full = 0

    async def append(self, record: Mapping[str, object]) -> Head:
        if self.full:
            self.full -= 1
            raise StoreUnavailable(store="decision")
        return await super().append(record)


async def test_nothing_is_told_that_is_not_on_record(stage: Stage, tmp_path: Path) -> None:
    """A verdict that cannot be logged is told with a later frame, and is there once."""
    with Full(tmp_path) as log:
        log.full = 2
        answers = await told_of(door(stage, log), frames(*[stage.picture(ALICE) for _ in range(5)]))

    assert [
        ("STORE_UNAVAILABLE", 1, None), ("", 2, None), ("", 2, Verdict.MATCH)
    ] == states(answers)  # fmt: skip
    assert ["match"] == [record["verdict"] for record in kept(tmp_path)]


async def test_a_service_that_hangs_costs_a_frame(stage: Stage, log: DecisionLog) -> None:
    """Not the stream, which would otherwise wait for as long as streams may last."""
    stage.open.clear()

    answers = await told_of(
        door(stage, log, limits=Limits(frame_s=0.05)), frames(stage.picture(ALICE))
    )

    assert [("DEADLINE_EXCEEDED", 1, None)] == states(answers)[:1]


@pytest.mark.parametrize(
    "error",
    [CollectionNotFound(collection_id="staff"), FieldInvalid(field="x", rule="y")],
    ids=lambda error: type(error).__name__,
)
async def test_what_the_caller_has_to_change_ends_the_stream(
    stage: Stage, streams: Streams, error: FaceError
) -> None:
    """It would fail for ever."""
    stage.failures["search"] = error

    with pytest.raises(type(error)):
        await told_of(streams, frames(stage.picture(ALICE)))


async def test_a_scene_that_is_not_there_ends_the_stream(stage: Stage, log: DecisionLog) -> None:
    """At once, or when a new table comes into force that does not have it."""
    policies = Policies()
    opened = door(stage, log, policies=policies)

    async def shown() -> AsyncIterator[Frame]:
        async for frame in one_by_one(frames(stage.picture(), stage.picture())):
            policies.known = not frame.offset_ms
            yield frame

    with pytest.raises(SceneUnknown):
        await watched(opened, shown())
    with pytest.raises(SceneUnknown):
        await watched(opened, one_by_one([]))


def test_every_mistake_of_a_picture_costs_a_frame() -> None:
    """A picture that cannot be used is no reason to stop watching; a wrong request is."""
    pictures = {error for error in BY_REASON.values() if error.__module__ == errors.image.__name__}

    assert len(pictures) == 7
    assert all(costs_a_frame(error.__new__(error)) for error in pictures)
    assert costs_a_frame(DeadlineExceeded(stage="frame"))
    assert not costs_a_frame(CollectionNotFound(collection_id="x"))
