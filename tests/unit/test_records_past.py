"""Records of decisions, read back: every score as the rules saw it, or nothing."""

import math
from dataclasses import replace
from typing import Any

import pytest

from faces.replay import Decided, Untold, replay
from faces.rules import Rule
from gateway.records.past import past
from tests.unit.door import POLICY
from tests.unit.pasts import MATCH
from tests.unit.worlds import Shown, World, decided

GOOD = Shown(
    scores=(0.9,),
    inter_eye_px=80,
    yaw=0,
    quality=0.9,
    occlusion=None,
    angle=0,
    turned=0,
    enhanced_quality=0.9,
)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param({"scores": (0.59996,)}, Rule.MIN_DETECTION_SCORE, id="detection score"),
        pytest.param({"inter_eye_px": 39.96}, Rule.MIN_INTER_EYE_PX, id="eyes"),
        pytest.param({"yaw": -35.04}, Rule.MAX_YAW_DEG, id="yaw"),
        pytest.param({"quality": 0.59996}, Rule.MIN_QUALITY, id="quality"),
        pytest.param({"occlusion": 0.25004}, Rule.MAX_OCCLUSION, id="occlusion"),
        pytest.param({"angle": math.acos(0.49998)}, Rule.BELOW_ACCEPT, id="similarity"),
    ],
)
async def test_what_is_just_short_of_a_line_stays_so(change: dict[str, Any], rule: Rule) -> None:
    """A record holds every score as the rules saw it."""
    world = World([replace(GOOD, **change)], [0.0])
    outcome, record = await decided("Identify", POLICY, world, enhancer=False)
    was = past(record)

    assert was is not None
    assert rule is outcome.rule
    assert outcome == replay(POLICY, was, enhancer=False)


@pytest.mark.parametrize(
    ("call", "told"),
    [("Identify", Untold.NOT_COMPARED), ("Search", Untold.NOT_COMPARED), ("Verify", MATCH)],
)
async def test_the_raw_face_was_compared_with_one(call: str, told: Decided | Untold) -> None:
    """Without enhancement somebody else might be the most similar, but for calls about one."""
    poor = replace(GOOD, quality=0.5, occlusion=0.2, turned=0.2)
    enhancing = replace(POLICY, enhance_below=0.6, min_quality=0.4)
    world = World([poor], [0.0, 0.3])
    outcome, record = await decided(call, enhancing, world, enhancer=True)
    was = past(record)

    assert was is not None
    assert was.decided == outcome
    assert told == replay(replace(enhancing, enhance_below=0), was, enhancer=True)
    hidden = replay(replace(enhancing, enhance_below=0, max_occlusion=0.15), was, enhancer=True)
    assert isinstance(hidden, Decided)
    assert Rule.MAX_OCCLUSION is hidden.rule


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"call": "IdentifyStream"}, id="a stream, but not what its track had come to"),
        pytest.param({"samples": [{"faces": 1}]}, id="of a version that wrote less"),
        pytest.param({"rule": "min_sympathy"}, id="a rule of tomorrow"),
        pytest.param({"verdict": "perhaps"}, id="a verdict of tomorrow"),
    ],
)
async def test_a_record_that_is_not_understood_tells_nothing(change: dict[str, Any]) -> None:
    """It is counted, never guessed."""
    _, record = await decided("Identify", POLICY, World([GOOD], [0.0]), enhancer=False)
    was = past(record | change)

    assert was is not None
    assert Untold.RECORD_INCOMPLETE is replay(POLICY, was, enhancer=False)


def test_what_is_no_decision_is_passed_over() -> None:
    """Enrolments, erasures and what else the log holds."""
    assert past({"kind": "enrollment", "scene": "door"}) is None
