"""What a stream tells of those whom its camera sees."""

from dataclasses import replace
from pathlib import Path

import pytest

from faces.occlusion import Occlusion
from faces.parts import MOUTH_AND_NOSE
from faces.policy import Verdict
from faces.rules import Rule
from gateway.records.log import DecisionLog
from gateway.streaming.watch import Answer
from tests.cameras import door, frames, told_of
from tests.records import kept
from tests.stage import Shown, Stage
from tests.unit.door import POLICY
from tests.unit.sights import at, vector

ALICE, BOB, NEARLY = vector(0), vector(90), vector(62)
"""Only the first is enrolled; the last is between the lines."""


def facts(answers: list[Answer]) -> list[tuple[str, Verdict, Rule, int]]:
    """Track, verdict, rule and moment of each."""
    told = [answer.told for answer in answers if answer.told]
    return [
        (t.track_id, t.decision.conclusion.verdict, t.decision.conclusion.rule, t.offset_ms)
        for t in told
    ]


async def test_a_match_is_told_at_once_and_once(stage: Stage, log: DecisionLog) -> None:
    """The first good frame is enough; whoever stays in view is not told again, nor searched."""
    pictures = [stage.picture(Shown(ALICE)) for _ in range(5)]

    answers = await told_of(door(stage, log), frames(*pictures))

    assert [("#1", Verdict.MATCH, Rule.ACCEPT, 0)] == facts(answers)
    assert {"detect": 5, "embed": 1, "search": 1} == {c: stage.calls.count(c) for c in stage.calls}


async def test_nobody_is_turned_away_for_one_frame(stage: Stage, log: DecisionLog) -> None:
    """A shot that misses its own person is made up for by the next."""
    pictures = [stage.picture(Shown(each)) for each in (vector(70), vector(30))]

    answers = await told_of(door(stage, log), frames(*pictures))

    assert [("#1", Verdict.MATCH, Rule.ACCEPT, 200)] == facts(answers)


async def test_a_stranger_is_told_after_two_frames(stage: Stage, log: DecisionLog) -> None:
    """Not before, and not again."""
    pictures = [stage.picture(Shown(BOB)) for _ in range(6)]

    answers = await told_of(door(stage, log), frames(*pictures))

    assert [("#1", Verdict.NO_MATCH, Rule.BELOW_REVIEW, 200)] == facts(answers)


async def test_who_nearly_matches_is_looked_at_for_longer(stage: Stage, log: DecisionLog) -> None:
    """Most of those are enrolled people whose first frames miss."""
    pictures = [stage.picture(Shown(vector(70))) for _ in range(6)]

    answers = await told_of(door(stage, log), frames(*pictures))

    assert [("#1", Verdict.NO_MATCH, Rule.BELOW_REVIEW, 800)] == facts(answers)


async def test_who_leaves_is_told_with_what_is_known(stage: Stage, log: DecisionLog) -> None:
    """Two seconds after they were seen last, whatever else is in view."""
    first = stage.picture(Shown(BOB))
    empty = [stage.picture() for _ in range(12)]

    answers = await told_of(door(stage, log), frames(first, *empty))

    assert [("#1", Verdict.NO_MATCH, Rule.BELOW_REVIEW, 0)] == facts(answers)


async def test_between_the_lines_better_frames_are_waited_for(
    stage: Stage, log: DecisionLog
) -> None:
    """For two seconds; then it is for people."""
    pictures = [stage.picture(Shown(NEARLY)) for _ in range(15)]

    answers = await told_of(door(stage, log), frames(*pictures))

    assert [("#1", Verdict.REVIEW, Rule.BELOW_ACCEPT, 2000)] == facts(answers)


async def test_advice_comes_until_a_frame_is_good(stage: Stage, log: DecisionLog) -> None:
    """Not with every frame: when it changes, and not too soon."""
    far, turned = Shown(ALICE, inter_eye_px=20), Shown(ALICE, yaw_deg=60)
    shown = [far] * 6 + [turned] * 2 + [Shown(ALICE)]

    answers = await told_of(door(stage, log), frames(*map(stage.picture, shown)))

    assert [
        ("#1", Verdict.RECAPTURE, Rule.MIN_INTER_EYE_PX, 0),
        ("#1", Verdict.RECAPTURE, Rule.MAX_YAW_DEG, 1200),
        ("#1", Verdict.MATCH, Rule.ACCEPT, 1600),
    ] == facts(answers)
    assert answers[0].told
    assert "move closer" == answers[0].told.decision.conclusion.advices[0]


async def test_advice_names_what_is_seen(stage: Stage, log: DecisionLog) -> None:
    """As for a single picture."""
    masked = Shown(ALICE, occlusion=Occlusion(share=0.4, parts=MOUTH_AND_NOSE))

    [answer] = await told_of(door(stage, log), frames(stage.picture(masked)))

    assert answer.told
    assert ("take off the mask",) == answer.told.decision.conclusion.advices


@pytest.mark.parametrize("verdict", [Verdict.REVIEW, Verdict.REJECT])
async def test_scenes_that_ask_nobody_again(
    stage: Stage, log: DecisionLog, verdict: Verdict
) -> None:
    """They answer to bad shots once, at the end of a track without any better one."""
    policy = replace(POLICY, on_low_quality=verdict)
    poor, poorer = Shown(ALICE, quality=0.3), Shown(ALICE, quality=0.2)
    pictures = [stage.picture(each) for each in (poorer, poor, poorer)]

    answers = await told_of(door(stage, log, policy), frames(*pictures))

    assert [("#1", verdict, Rule.MIN_QUALITY, 400)] == facts(answers)
    assert answers[0].told
    assert answers[0].told.quality
    assert 0.3 == answers[0].told.quality.score


async def test_scenes_that_let_people_confirm(stage: Stage, log: DecisionLog) -> None:
    """A hit is told at once there, too: somebody has to look."""
    policy = replace(POLICY, reviewers=2)

    answers = await told_of(
        door(stage, log, policy), frames(*[stage.picture(Shown(ALICE)) for _ in range(3)])
    )

    assert [("#1", Verdict.REVIEW, Rule.REVIEWERS, 0)] == facts(answers)


async def test_everybody_in_view_has_a_verdict(stage: Stage, log: DecisionLog) -> None:
    """Of two people who pass each other, each is told once, and in time."""
    policy = replace(POLICY, max_faces=2)
    pictures = [
        stage.picture(Shown(ALICE, at(100 * n)), Shown(BOB, at(600 - 100 * n))) for n in range(6)
    ]

    answers = await told_of(door(stage, log, policy), frames(*pictures))

    assert [
        ("#1", Verdict.MATCH, Rule.ACCEPT, 0),
        ("#2", Verdict.NO_MATCH, Rule.BELOW_REVIEW, 200),
    ] == facts(answers)


async def test_a_scene_that_wants_people_alone(stage: Stage, log: DecisionLog) -> None:
    """Two people are asked to come one at a time; a poster does not count."""
    two = stage.picture(Shown(ALICE), Shown(BOB, at(400)))
    poster = stage.picture(Shown(ALICE), Shown(BOB, at(400), detection_score=0.5))

    crowd = await told_of(door(stage, log), frames(two))
    alone = await told_of(door(stage, log), frames(poster))

    assert {(Verdict.RECAPTURE, Rule.MAX_FACES)} == {fact[1:3] for fact in facts(crowd)}
    assert [("#1", Verdict.MATCH, Rule.ACCEPT, 0)] == facts(alone)


async def test_who_takes_the_place_of_somebody_is_noticed(stage: Stage, log: DecisionLog) -> None:
    """A stranger who follows closely has a verdict of their own."""
    pictures = [stage.picture(Shown(ALICE)) for _ in range(2)]
    pictures += [stage.picture(Shown(BOB)) for _ in range(12)]

    answers = await told_of(door(stage, log), frames(*pictures))

    assert [("#1", Verdict.MATCH), ("#2", Verdict.NO_MATCH)] == [
        fact[:2] for fact in facts(answers)
    ]


async def test_the_cameras_own_tracks(stage: Stage, log: DecisionLog) -> None:
    """Verdicts carry the client's identifiers; faces that it does not track are nobody's."""
    policy = replace(POLICY, max_faces=3)
    picture = stage.picture(Shown(ALICE, at(100)), Shown(BOB, at(500)), Shown(BOB, at(900)))
    hints = {"w-1": at(110), "e-1": at(490)}

    answers = await told_of(door(stage, log, policy), frames(*[picture] * 4, hints=[hints] * 4))

    assert [
        ("w-1", Verdict.MATCH, Rule.ACCEPT, 0),
        ("e-1", Verdict.NO_MATCH, Rule.BELOW_REVIEW, 200),
    ] == facts(answers)


async def test_a_verdict_is_on_record_with_its_frames(
    stage: Stage, log: DecisionLog, tmp_path: Path
) -> None:
    """The log names stream, track, and every frame that the verdict rests on."""
    shown = [Shown(BOB), Shown(BOB, quality=0.2), Shown(BOB)]
    answers = await told_of(door(stage, log), frames(*map(stage.picture, shown)))

    advice, verdict = kept(tmp_path)
    assert [a.told.decision.decision_id for a in answers if a.told] == [
        advice["decision_id"],
        verdict["decision_id"],
    ]
    assert ("IdentifyStream", "#1", "0 400", "gate-7", "staff") == tuple(
        verdict[key]
        for key in ("call", "track_id", "frame_offsets_ms", "camera_id", "collection_id")
    )
    assert advice["stream_id"] == verdict["stream_id"]
    assert [0.9] * 2 == [sample["quality"] for sample in verdict["samples"]]
    assert 2 == len({sample["image_sha256"] for sample in verdict["samples"]})
    assert ["alice"] == [candidate["person_id"] for candidate in verdict["candidates"]]


async def test_two_streams_are_told_apart(stage: Stage, log: DecisionLog, tmp_path: Path) -> None:
    """Each has an identifier of its own: tracks of two are never taken for one."""
    for _ in range(2):
        await told_of(door(stage, log), frames(stage.picture(Shown(ALICE))))

    first, second = kept(tmp_path)
    assert first["track_id"] == second["track_id"]
    assert first["stream_id"] != second["stream_id"]
