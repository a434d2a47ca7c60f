"""Scenes that ask for a liveness score: nobody is a match there without one."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from faces.gates import gate_sighting
from faces.policy import ON_LOW_QUALITY, Policy, PolicyTable, Verdict
from faces.rules import Rule
from gateway.access import Access
from gateway.codec.faces import decode_face, encode_face
from gateway.codec.policies import encode_policy
from gateway.enhancing import Enhancing
from gateway.explain import Scores, explain
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from tests.cameras import door, frames, told_of
from tests.records import kept
from tests.reviewing import nobody
from tests.stage import Shown, Stage
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import face
from tests.unit.pasts import FACE
from tests.unit.sights import vector

ALIVE = replace(POLICY, liveness=0.5)
ALICE = vector(0)


def access(stage: Stage, log: DecisionLog, policy: Policy = ALIVE) -> Access:
    """A door that asks for a score."""
    return Access(
        recorder=Recorder(PolicyTable([policy]), log),
        pipeline=Pipeline(stage, Enhancing(stage)),
        gallery=stage,
        reviewing=nobody(),
    )


@pytest.mark.parametrize(
    ("score", "rule"),
    [
        pytest.param(0.5, None, id="on the line"),
        pytest.param(math.nextafter(0.5, 0), Rule.LIVENESS, id="just below"),
        pytest.param(math.nan, Rule.LIVENESS, id="no number"),
        pytest.param(None, Rule.NO_LIVENESS, id="no score"),
    ],
)
@pytest.mark.parametrize("answer", ON_LOW_QUALITY)
def test_a_scene_that_asks_for_liveness_lets_nobody_pass_without(
    score: float | None, rule: Rule | None, answer: Verdict
) -> None:
    """A score that is low and one that is missing are told apart; neither passes."""
    policy = replace(ALIVE, on_low_quality=answer)
    sighting = replace(FACE, liveness=score)

    conclusion = gate_sighting(policy, sighting, faces=1)

    assert (rule and (answer, rule)) == (conclusion and (conclusion.verdict, conclusion.rule))


@pytest.mark.parametrize(
    ("score", "concluded"),
    [
        pytest.param(0.5, (Verdict.MATCH, Rule.ACCEPT), id="on the line"),
        pytest.param(0.4, (Verdict.RECAPTURE, Rule.LIVENESS), id="below it"),
        pytest.param(None, (Verdict.RECAPTURE, Rule.NO_LIVENESS), id="no model is configured"),
    ],
)
async def test_a_door_matches_nobody_without_a_score(
    stage: Stage,
    log: DecisionLog,
    tmp_path: Path,
    score: float | None,
    concluded: tuple[Verdict, Rule],
) -> None:
    """However similar they are; the record holds the score that the rule saw."""
    probe = stage.picture(Shown(ALICE, liveness=score))

    answer = await access(stage, log).identify("door", probe, collection_id="staff", camera_id="")

    conclusion = answer.decision.conclusion
    matched = conclusion.verdict is Verdict.MATCH
    assert concluded == (conclusion.verdict, conclusion.rule)
    assert matched == (not conclusion.advices)
    [record] = kept(tmp_path)
    assert score == record["samples"][0]["liveness"]
    assert matched == ("embed" in stage.calls)


async def test_elsewhere_a_score_changes_nothing(stage: Stage, log: DecisionLog) -> None:
    """A scene that asks for none does not look at it."""
    probe = stage.picture(Shown(ALICE, liveness=0.0))

    answer = await access(stage, log, POLICY).identify(
        "door", probe, collection_id="staff", camera_id=""
    )

    assert Verdict.MATCH is answer.decision.conclusion.verdict


@pytest.mark.parametrize(
    ("probe", "verdict"),
    [(0.9, Verdict.MATCH), (0.1, Verdict.RECAPTURE), (None, Verdict.RECAPTURE)],
)
async def test_a_document_is_a_picture_of_a_picture(
    stage: Stage, log: DecisionLog, probe: float | None, verdict: Verdict
) -> None:
    """Whoever shows it has to be there; whoever is on it does not."""
    person = stage.picture(Shown(ALICE, liveness=probe))
    document = stage.picture(Shown(ALICE, liveness=0.0))

    answer = await access(stage, log).verify_photos("door", person, photos=[document], camera_id="")

    assert verdict is answer.decision.conclusion.verdict


@pytest.mark.parametrize("score", [0.4, None])
async def test_a_stream_matches_nobody_without_a_score(
    stage: Stage, log: DecisionLog, score: float | None
) -> None:
    """Frames that do not pass tell nothing but what would help, however many there are."""
    pictures = [stage.picture(Shown(ALICE, liveness=score)) for _ in range(8)]

    answers = await told_of(door(stage, log, ALIVE), frames(*pictures))

    told = [answer.told.decision.conclusion.verdict for answer in answers if answer.told]
    assert {Verdict.RECAPTURE} == set(told)
    assert "search" not in stage.calls


async def test_a_stream_rests_on_frames_that_pass(stage: Stage, log: DecisionLog) -> None:
    """One of them is enough for a match, as for any other gate."""
    pictures = [stage.picture(Shown(ALICE, liveness=score)) for score in (0.1, 0.6)]

    answers = await told_of(door(stage, log, ALIVE), frames(*pictures))

    told = [answer.told.decision.conclusion.verdict for answer in answers if answer.told]
    assert [Verdict.RECAPTURE, Verdict.MATCH] == told


@pytest.mark.parametrize(
    ("score", "rule"),
    [
        pytest.param(0.5, Rule.ACCEPT, id="enough"),
        pytest.param(0.1, Rule.LIVENESS, id="too little"),
        pytest.param(None, Rule.NO_LIVENESS, id="none"),
    ],
)
def test_an_explanation_takes_no_score_for_granted(score: float | None, rule: Rule) -> None:
    """Everything else that is left out is good enough; most detectors have no such model."""
    found = explain(ALIVE, Scores(similarities=[0.9], liveness_score=score), enhancer=False)

    assert rule is found.conclusion.rule


@pytest.mark.parametrize("score", [None, 0.0, 0.25])
def test_a_face_keeps_its_score_on_the_wire(score: float | None) -> None:
    """0 is a score; none is none."""
    sent = encode_face(replace(face(), liveness=score))

    assert score == decode_face(sent).liveness


@pytest.mark.parametrize(("liveness", "sent"), [("none", "none"), (0.85, "0.85"), (1, "1")])
def test_a_policy_is_sent_as_it_is_written(liveness: str | float, sent: str) -> None:
    """The field was text before there were scores, and stays it."""
    assert sent == encode_policy(replace(POLICY, liveness=liveness)).liveness
