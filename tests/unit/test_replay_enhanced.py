"""Decisions of the past in which an enhancer had a part, or would have."""

from dataclasses import replace

import pytest

from faces.gates import Enhancement
from faces.policy import Policy, Verdict
from faces.replay import Decided, Past, Scores, Untold, replay
from faces.rules import Rule
from tests.unit.door import POLICY
from tests.unit.pasts import GOOD, MATCH, past

FUSED = replace(
    GOOD,
    raw=Scores(0.5, None),
    enhancement=Enhancement.DONE,
    likeness=0.8,
    fused=Scores(0.7, None),
)
DRIFTED = replace(GOOD, raw=Scores(0.5, None), enhancement=Enhancement.DRIFTED, likeness=0.2)
ENHANCING = replace(POLICY, enhance_below=0.6, min_quality=0.4)


@pytest.mark.parametrize(
    ("of", "policy", "outcome"),
    [
        pytest.param(past(FUSED), ENHANCING, MATCH, id="fused again"),
        pytest.param(
            past(FUSED),
            replace(ENHANCING, enhance_below=0.3),
            Untold.NOT_COMPARED,
            id="not enhanced, and nobody compared the raw face with all",
        ),
        pytest.param(
            past(FUSED, raw=(0.45,)),
            replace(ENHANCING, enhance_below=0.3),
            (Verdict.REVIEW, Rule.BELOW_ACCEPT),
            id="not enhanced, and the raw face was compared, too",
        ),
        pytest.param(
            past(FUSED, raw=(0.45,)),
            replace(ENHANCING, enhance_below=0.3, min_quality=0.6),
            (Verdict.RECAPTURE, Rule.MIN_QUALITY),
            id="the raw face is not good enough",
        ),
        pytest.param(
            past(FUSED, raw=(0.45,)),
            replace(ENHANCING, min_enhanced_similarity=0.9),
            (Verdict.REVIEW, Rule.BELOW_ACCEPT),
            id="now it has drifted",
        ),
        pytest.param(
            past(FUSED, raw=(0.45,)),
            replace(ENHANCING, min_enhanced_similarity=0.9, enhancer_required=True),
            (Verdict.RECAPTURE, Rule.ENHANCER_REQUIRED),
            id="now it has drifted, and must not",
        ),
        pytest.param(past(DRIFTED), ENHANCING, MATCH, id="drifted again"),
        pytest.param(
            past(DRIFTED),
            replace(ENHANCING, min_enhanced_similarity=0.1),
            Untold.NOT_ENHANCED,
            id="had drifted: nobody judged what is fused",
        ),
        pytest.param(
            past(DRIFTED), replace(ENHANCING, enhance_below=0.3), MATCH, id="the raw face was used"
        ),
        pytest.param(
            past(replace(GOOD, raw=Scores(0.5, None), enhancement=Enhancement.UNAVAILABLE)),
            replace(ENHANCING, enhancer_required=True),
            (Verdict.RECAPTURE, Rule.ENHANCER_REQUIRED),
            id="away then, away again",
        ),
        pytest.param(
            past(GOOD),
            replace(ENHANCING, enhance_below=1.0),
            Untold.NOT_ENHANCED,
            id="good enough then, to be enhanced now",
        ),
        pytest.param(
            past(FUSED, replace(FUSED, raw=Scores(0.2, None)), raw=(0.45,)),
            replace(ENHANCING, enhance_below=0.3),
            Untold.NOT_COMPARED,
            id="one face enhanced, the other not: nobody compared those two",
        ),
        pytest.param(
            past(GOOD, replace(GOOD, reference=True, raw=Scores(0.5, None))),
            ENHANCING,
            MATCH,
            id="a reference photo is never enhanced",
        ),
        pytest.param(
            past(GOOD, replace(GOOD, reference=True, detected=2, others=(0.9,))),
            replace(ENHANCING, max_faces=9),
            Untold.REFERENCE_REFUSED,
            id="a reference photo has one face",
        ),
    ],
)
def test_enhancement_is_tried_again(of: Past, policy: Policy, outcome: Decided | Untold) -> None:
    """Where an enhancer is configured: what it made is on record, what it would make is not."""
    assert outcome == replay(policy, of, enhancer=True)


def test_without_an_enhancer_none_is_needed() -> None:
    """To enhance more where there is none changes nothing but where it is required."""
    eager = replace(POLICY, enhance_below=1.0)

    assert MATCH == replay(eager, past(GOOD), enhancer=False)
    assert Rule.ENHANCER_REQUIRED is _rule(replace(eager, enhancer_required=True))


def _rule(policy: Policy) -> Rule | None:
    outcome = replay(policy, past(GOOD), enhancer=False)
    return outcome.rule if isinstance(outcome, Decided) else None
