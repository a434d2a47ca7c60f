"""Hits of cameras that people have to confirm."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from faces.errors import StoreUnavailable
from faces.policy import Policy, PolicyTable
from gateway.backends.ports import Vector
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from gateway.reviewing.pictures import FOLDER
from gateway.streaming.frames import Frame
from gateway.streaming.watch import Answer
from tests.cameras import door, frames, told_of
from tests.records import kept
from tests.reviewing import desk, opinion
from tests.stage import Shown, Stage
from tests.unit.door import POLICY
from tests.unit.sights import vector

WATCH = replace(POLICY, reviewers=2)
ALICE, BOB, NEARLY = vector(0), vector(90), vector(62)
"""Only the first is enrolled; the last is between the lines."""


def review_ids(answers: list[Answer]) -> list[str]:
    """Of everything that was told."""
    return [answer.told.decision.review_id for answer in answers if answer.told]


async def test_a_track_opens_one_item(stage: Stage, log: DecisionLog, tmp_path: Path) -> None:
    """However long somebody stays: filed under the camera, with the frame that was judged."""
    pictures = [stage.picture(Shown(ALICE)) for _ in range(4)]
    async with desk(tmp_path, Recorder(PolicyTable([WATCH]), log)) as people:
        answers = await told_of(
            door(stage, log, WATCH, reviewing=people.reviewing), frames(*pictures)
        )
        [review_id] = review_ids(answers)
        item = await people.reviews.get(review_id)
        shown = await people.pictures.load(review_id)

        assert {review_id} == await people.reviews.ids()
        assert ("", "gate-7", "staff", 2) == (
            *(item.case_id, item.camera_id, item.collection_id),
            item.needed,
        )
        assert ["alice"] == [candidate.person_id for candidate in item.candidates]
        assert pictures[0] == shown.probe
        assert answers[0].told
        assert answers[0].told.decision.samples[0].image_sha256 == item.probe.image_sha256
        await people.say(review_id, opinion("ann"))
        settled = await people.say(review_id, opinion("ben"))
    assert "alice" == settled.confirmed


async def test_reviewers_see_the_best_shot(stage: Stage, log: DecisionLog, tmp_path: Path) -> None:
    """Of those that the verdict rests on, although it was taken some frames ago."""
    best = stage.picture(Shown(NEARLY, quality=0.95))
    others = [stage.picture(Shown(NEARLY)) for _ in range(14)]
    async with desk(tmp_path, Recorder(PolicyTable([WATCH]), log)) as people:
        streams = door(stage, log, WATCH, reviewing=people.reviewing)
        [review_id] = review_ids(await told_of(streams, frames(others[0], best, *others[1:])))
        shown = await people.pictures.load(review_id)
        item = await people.reviews.get(review_id)

    assert best == shown.probe
    assert 0.95 == item.probe.quality


@pytest.mark.parametrize(
    ("policy", "face"),
    [
        pytest.param(WATCH, BOB, id="nobody resembles them"),
        pytest.param(POLICY, ALICE, id="a scene without reviewers"),
    ],
)
async def test_nothing_to_confirm(
    stage: Stage, log: DecisionLog, tmp_path: Path, policy: Policy, face: Vector
) -> None:
    """There is a verdict, and no item."""
    pictures = [stage.picture(Shown(face)) for _ in range(4)]
    async with desk(tmp_path, Recorder(PolicyTable([WATCH]), log)) as people:
        streams = door(stage, log, policy, reviewing=people.reviewing)
        answers = await told_of(streams, frames(*pictures))

        assert [""] == review_ids(answers)
        assert set() == await people.reviews.ids()


async def test_an_item_that_cannot_be_kept(stage: Stage, log: DecisionLog, tmp_path: Path) -> None:
    """Its hit is not told before there is one, and then once."""
    pictures = [stage.picture(Shown(ALICE)) for _ in range(3)]
    async with desk(tmp_path, Recorder(PolicyTable([WATCH]), log)) as people:
        (tmp_path / FOLDER).rmdir()
        streams = door(stage, log, WATCH, reviewing=people.reviewing)
        shown = frames(*pictures)
        answers = await told_of(streams, _mending(shown, tmp_path / FOLDER))

        ids = review_ids(answers)
        assert 1 == len(ids)
        assert set(ids) == await people.reviews.ids()
    assert StoreUnavailable.reason in {answer.lost_reason for answer in answers}
    assert len([each for each in kept(tmp_path) if each["kind"] == "decision"]) > 1


def _mending(shown: Sequence[Frame], folder: Path) -> Iterator[Frame]:
    """Frames, before the last of which the disk is well again."""
    yield from shown[:-1]
    folder.mkdir(mode=0o700)
    yield shown[-1]
