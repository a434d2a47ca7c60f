"""Decisions of the past under another policy: what a record can tell, and what it cannot."""

from dataclasses import replace
from typing import Any

import pytest

from faces.policy import Policy, Verdict
from faces.pose import Pose
from faces.replay import Decided, Past, Picture, Scores, Untold, replay
from faces.rules import Rule
from tests.unit.door import POLICY
from tests.unit.pasts import FACE, GOOD, MATCH, past


def seen(**sighting: Any) -> Picture:
    """A face that was refused by gate 1, so that nobody embedded it."""
    return replace(GOOD, sighting=replace(FACE, **sighting), raw=None)


@pytest.mark.parametrize(
    ("of", "policy", "outcome"),
    [
        pytest.param(past(GOOD), POLICY, MATCH, id="the same again"),
        pytest.param(
            past(GOOD),
            replace(POLICY, accept=0.9),
            (Verdict.REVIEW, Rule.BELOW_ACCEPT),
            id="a higher accept line",
        ),
        pytest.param(
            past(GOOD, similarities=(0.8, 0.7)),
            replace(POLICY, margin=0.2),
            (Verdict.REVIEW, Rule.MARGIN),
            id="a wider margin",
        ),
        pytest.param(
            past(GOOD), replace(POLICY, reviewers=2), (Verdict.REVIEW, Rule.REVIEWERS), id="people"
        ),
        pytest.param(
            past(GOOD, similarities=()),
            replace(POLICY, accept=0.41),
            (Verdict.NO_MATCH, Rule.NO_CANDIDATE),
            id="nobody was enrolled",
        ),
        pytest.param(
            past(GOOD),
            replace(POLICY, min_quality=0.95, on_low_quality=Verdict.REJECT),
            (Verdict.REJECT, Rule.MIN_QUALITY),
            id="more quality",
        ),
        pytest.param(
            past(replace(GOOD, raw=Scores(0.9, 0.3))),
            replace(POLICY, max_occlusion=0.2),
            (Verdict.RECAPTURE, Rule.MAX_OCCLUSION),
            id="less occlusion",
        ),
        pytest.param(
            past(GOOD),
            replace(POLICY, min_inter_eye_px=100),
            (Verdict.RECAPTURE, Rule.MIN_INTER_EYE_PX),
            id="closer",
        ),
        pytest.param(
            past(replace(GOOD, sighting=None, raw=None, detected=0), similarities=None),
            replace(POLICY, on_low_quality=Verdict.REJECT),
            (Verdict.REJECT, Rule.NO_FACE),
            id="no face is none under any policy",
        ),
        pytest.param(
            past(replace(GOOD, detected=2, others=(0.65,))),
            replace(POLICY, min_detection_score=0.5),
            (Verdict.RECAPTURE, Rule.MAX_FACES),
            id="a poster counts as a face",
        ),
        pytest.param(
            past(replace(GOOD, detected=2, others=(0.65,))),
            replace(POLICY, min_detection_score=0.7),
            MATCH,
            id="a second face counts as a poster",
        ),
        pytest.param(
            past(seen(inter_eye_px=30), similarities=None),
            replace(POLICY, min_inter_eye_px=35),
            (Verdict.RECAPTURE, Rule.MIN_INTER_EYE_PX),
            id="refused again",
        ),
        pytest.param(
            past(seen(inter_eye_px=30), similarities=None),
            replace(POLICY, min_inter_eye_px=20),
            Untold.NOT_EMBEDDED,
            id="would pass gate 1, and nobody embedded it",
        ),
        pytest.param(
            past(replace(GOOD, raw=Scores(0.5, None)), similarities=None),
            replace(POLICY, min_quality=0.4),
            Untold.NOT_COMPARED,
            id="would be compared, and nobody did",
        ),
        pytest.param(
            past(replace(GOOD, sighting=replace(FACE, pose=Pose(80, 0, 0)))),
            replace(POLICY, max_yaw_deg=90),
            MATCH,
            id="refused by gate 1, but embedded for people who compare",
        ),
        pytest.param(
            replace(past(GOOD), pictures=None), POLICY, Untold.RECORD_INCOMPLETE, id="no scores"
        ),
        pytest.param(
            past(GOOD, decided=None), POLICY, Untold.RECORD_INCOMPLETE, id="a rule of tomorrow"
        ),
    ],
)
def test_scores_on_record_are_judged_again(
    of: Past, policy: Policy, outcome: Decided | Untold
) -> None:
    """By the rules that judge today; what the record does not hold is not guessed."""
    assert outcome == replay(policy, of, enhancer=False)
