"""The decision table, row by row."""

import math
from dataclasses import replace
from typing import Any

import pytest

from faces.decision import Candidate, decide
from faces.gates import Enhancement, Sighting, gate_sample, gate_sighting, wants_enhancement
from faces.policy import ON_LOW_QUALITY, Policy, Verdict
from faces.pose import Pose
from faces.rules import Rule

POLICY = Policy(
    scene="door",
    min_quality=0.60,
    enhance_below=0.70,
    on_low_quality=Verdict.RECAPTURE,
    accept=0.50,
    review=0.40,
    margin=0.0625,
    min_inter_eye_px=40,
    max_yaw_deg=35,
    max_pitch_deg=30,
    min_detection_score=0.60,
    max_faces=1,
    max_occlusion=0.25,
    reviewers=0,
)
FINE = Sighting(detection_score=0.9, inter_eye_px=80, pose=Pose(0, 0, 0))


def below(line: float) -> float:
    return math.nextafter(line, -math.inf)


def above(line: float) -> float:
    return math.nextafter(line, math.inf)


def seen(**facts: Any) -> Sighting:
    return replace(FINE, **facts)


@pytest.mark.parametrize(
    ("sighting", "faces", "rule"),
    [
        pytest.param(FINE, 1, None, id="fine"),
        pytest.param(None, 0, Rule.NO_FACE, id="nobody there"),
        pytest.param(FINE, 2, Rule.MAX_FACES, id="one face too many"),
        pytest.param(seen(detection_score=0.60), 1, None, id="on the detection line"),
        pytest.param(
            seen(detection_score=below(0.60)), 1, Rule.MIN_DETECTION_SCORE, id="hardly a face"
        ),
        pytest.param(seen(inter_eye_px=40), 1, None, id="on the distance line"),
        pytest.param(seen(inter_eye_px=below(40)), 1, Rule.MIN_INTER_EYE_PX, id="too far away"),
        pytest.param(seen(pose=Pose(35, 30, 180)), 1, None, id="on both pose lines, any roll"),
        pytest.param(seen(pose=Pose(-35, -30, 0)), 1, None, id="on both, the other way"),
        pytest.param(seen(pose=Pose(above(35), 0, 0)), 1, Rule.MAX_YAW_DEG, id="turned left"),
        pytest.param(seen(pose=Pose(-above(35), 0, 0)), 1, Rule.MAX_YAW_DEG, id="turned right"),
        pytest.param(seen(pose=Pose(0, above(30), 0)), 1, Rule.MAX_PITCH_DEG, id="looks up"),
        pytest.param(seen(pose=Pose(0, -above(30), 0)), 1, Rule.MAX_PITCH_DEG, id="looks down"),
        pytest.param(seen(liveness=0.0), 1, None, id="a score that nobody asked for"),
    ],
)
def test_gate_1(sighting: Sighting | None, faces: int, rule: Rule | None) -> None:
    """Each line of gate 1, on it and just beyond it."""
    conclusion = gate_sighting(POLICY, sighting, faces=faces)

    assert rule is (conclusion and conclusion.rule)


@pytest.mark.parametrize(
    ("quality", "occlusion", "rule"),
    [
        pytest.param(0.60, None, None, id="on the quality line, occlusion not known"),
        pytest.param(below(0.60), None, Rule.MIN_QUALITY, id="just below"),
        pytest.param(0.9, 0.25, None, id="on the occlusion line"),
        pytest.param(0.9, above(0.25), Rule.MAX_OCCLUSION, id="just above"),
        pytest.param(0.1, 0.9, Rule.MAX_OCCLUSION, id="occlusion comes first"),
    ],
)
def test_gates_2_and_3(quality: float, occlusion: float | None, rule: Rule | None) -> None:
    """Each line of the sample's gates, on it and just beyond it."""
    conclusion = gate_sample(
        POLICY, quality=quality, occlusion=occlusion, enhancement=Enhancement.NOT_NEEDED
    )

    assert rule is (conclusion and conclusion.rule)


@pytest.mark.parametrize(
    ("enhancement", "degraded"),
    [
        pytest.param(Enhancement.NOT_NEEDED, False, id="good enough as it was"),
        pytest.param(Enhancement.DONE, False, id="enhanced"),
        pytest.param(Enhancement.NOT_CONFIGURED, True, id="no enhancer in this mesh"),
        pytest.param(Enhancement.UNAVAILABLE, True, id="enhancer down"),
    ],
)
@pytest.mark.parametrize("required", [True, False])
def test_a_missing_enhancer_refuses_only_where_it_is_required(
    enhancement: Enhancement, degraded: bool, required: bool
) -> None:
    """Elsewhere the raw sample goes on, and the decision says what was missing."""
    policy = replace(POLICY, enhancer_required=required)

    conclusion = gate_sample(policy, quality=0.65, occlusion=None, enhancement=enhancement)

    assert degraded == enhancement.degraded
    assert (Rule.ENHANCER_REQUIRED if required and degraded else None) is (
        conclusion and conclusion.rule
    )


@pytest.mark.parametrize(
    ("line", "quality", "wanted"),
    [
        pytest.param(0.70, below(0.70), True, id="just below the line"),
        pytest.param(0.70, 0.70, False, id="on the line"),
        pytest.param(0.0, 0.0, False, id="0 is never"),
    ],
)
def test_the_enhancer_is_asked_below_its_line(line: float, quality: float, wanted: bool) -> None:
    """Gate 2 spends time only where it may help."""
    assert wanted == wants_enhancement(replace(POLICY, enhance_below=line), quality)


@pytest.mark.parametrize(
    ("similarities", "reviewers", "verdict", "rule"),
    [
        pytest.param([], 0, Verdict.NO_MATCH, Rule.NO_CANDIDATE, id="nobody enrolled"),
        pytest.param([below(0.4)], 0, Verdict.NO_MATCH, Rule.BELOW_REVIEW, id="below review"),
        pytest.param([0.4], 0, Verdict.REVIEW, Rule.BELOW_ACCEPT, id="on the review line"),
        pytest.param([below(0.5)], 0, Verdict.REVIEW, Rule.BELOW_ACCEPT, id="below accept"),
        pytest.param([0.5], 0, Verdict.MATCH, Rule.ACCEPT, id="on the accept line"),
        pytest.param([0.75, 0.6875], 0, Verdict.MATCH, Rule.ACCEPT, id="on the margin"),
        pytest.param([0.75, above(0.6875)], 0, Verdict.REVIEW, Rule.MARGIN, id="within the margin"),
        pytest.param([0.75, 0.75], 0, Verdict.REVIEW, Rule.MARGIN, id="twins"),
        pytest.param([0.45, 0.45], 0, Verdict.REVIEW, Rule.BELOW_ACCEPT, id="accept before margin"),
        pytest.param([0.9], 2, Verdict.REVIEW, Rule.REVIEWERS, id="people must confirm"),
        pytest.param([0.9, 0.9], 2, Verdict.REVIEW, Rule.MARGIN, id="margin before reviewers"),
        pytest.param([0.1], 2, Verdict.NO_MATCH, Rule.BELOW_REVIEW, id="nothing to confirm"),
    ],
)
def test_decide(similarities: list[float], reviewers: int, verdict: Verdict, rule: Rule) -> None:
    """Each line of the comparison, on it and just below it."""
    candidates = [Candidate(f"p-{rank}", score) for rank, score in enumerate(similarities)]

    conclusion = decide(replace(POLICY, reviewers=reviewers), candidates)

    assert (verdict, rule) == (conclusion.verdict, conclusion.rule)
    assert conclusion.reason


def test_rules_are_tried_in_their_order() -> None:
    """With everything wrong, lines are cleared one by one and the next rule speaks."""
    bad = seen(detection_score=0.1, inter_eye_px=5, pose=Pose(90, 80, 0))
    better = [
        (bad, 3),
        (bad, 1),
        (seen(inter_eye_px=5, pose=Pose(90, 80, 0)), 1),
        (seen(pose=Pose(90, 80, 0)), 1),
        (seen(pose=Pose(0, 80, 0)), 1),
        (seen(), 1),
        (seen(liveness=0.1), 1),
    ]
    alive = replace(POLICY, liveness=0.5)
    spoken = [gate_sighting(alive, None, faces=0)]
    spoken += [gate_sighting(alive, sighting, faces=faces) for sighting, faces in better]
    required = replace(POLICY, enhancer_required=True)
    for occlusion, enhancement in (
        (0.9, Enhancement.UNAVAILABLE),
        (0.1, Enhancement.UNAVAILABLE),
        (0.1, Enhancement.DONE),
    ):
        spoken.append(
            gate_sample(required, quality=0.1, occlusion=occlusion, enhancement=enhancement)
        )
    people = replace(POLICY, reviewers=2)
    for scores in ([], [0.1], [0.45], [0.9, 0.89], [0.9]):
        spoken.append(decide(people, [Candidate("p", score) for score in scores]))
    spoken.append(decide(POLICY, [Candidate("p", 0.9)]))

    assert list(Rule) == [conclusion.rule for conclusion in spoken if conclusion]


@pytest.mark.parametrize("answer", ON_LOW_QUALITY)
def test_a_bad_sample_gets_what_its_scene_says(answer: Verdict) -> None:
    """A door asks again, a search refuses, a watch list shows people."""
    policy = replace(POLICY, on_low_quality=answer)

    far = gate_sighting(policy, seen(inter_eye_px=5), faces=1)
    poor = gate_sample(policy, quality=0.1, occlusion=None, enhancement=Enhancement.DONE)
    nobody = gate_sighting(policy, None, faces=0)

    assert far is not None
    assert poor is not None
    assert nobody is not None
    assert (answer, answer) == (far.verdict, poor.verdict)
    # Nobody can review a face that is not there.
    assert (Verdict.REJECT if answer is Verdict.REVIEW else answer) is nobody.verdict


@pytest.mark.parametrize(
    "sighting",
    [
        pytest.param(seen(detection_score=math.nan), id="detection score"),
        pytest.param(seen(inter_eye_px=math.nan), id="eye distance"),
        pytest.param(seen(pose=Pose(math.nan, 0, 0)), id="yaw"),
        pytest.param(seen(pose=Pose(0, math.nan, 0)), id="pitch"),
    ],
)
def test_what_is_no_number_passes_no_gate(sighting: Sighting) -> None:
    """A broken model refuses people; it does not let them in."""
    assert gate_sighting(POLICY, sighting, faces=1) is not None


@pytest.mark.parametrize(
    ("quality", "occlusion"),
    [pytest.param(math.nan, None, id="quality"), pytest.param(0.9, math.nan, id="occlusion")],
)
def test_a_sample_without_numbers_is_refused(quality: float, occlusion: float | None) -> None:
    """The same for what the embedder says."""
    kept = gate_sample(
        POLICY, quality=quality, occlusion=occlusion, enhancement=Enhancement.NOT_NEEDED
    )

    assert kept is not None


@pytest.mark.parametrize("similarities", [[math.nan], [0.9, math.nan]])
def test_what_is_no_number_is_no_match(similarities: list[float]) -> None:
    """The same for what the gallery says."""
    verdict = decide(POLICY, [Candidate("p", score) for score in similarities]).verdict

    assert verdict is not Verdict.MATCH


def test_the_values_that_were_compared_are_said() -> None:
    """A refusal tells how far away it was."""
    conclusion = gate_sighting(POLICY, seen(inter_eye_px=22), faces=1)

    assert conclusion is not None
    assert "22 px between the eyes, this scene needs 40" == conclusion.reason
    assert "move closer" == conclusion.advices[0]
