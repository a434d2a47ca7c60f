"""When a track is told of."""

import pytest

from faces.decision import Candidate, Conclusion
from faces.policy import Verdict
from faces.rules import Rule
from faces.tracking import Advised, Evidence, is_certain, is_news
from faces.tracking.shots import gather
from tests.unit.sights import ROW, shot


def evidence(*moments_ms: int) -> Evidence[str]:
    """Good shots of one face at these times."""
    found = gather(None, shot(ms=moments_ms[0]), ROW)
    for ms in moments_ms[1:]:
        found = gather(found, shot(ms=ms), ROW)
    return found


MATCH = Conclusion(Verdict.MATCH, Rule.ACCEPT, "")
CONFIRM = Conclusion(Verdict.REVIEW, Rule.REVIEWERS, "")
NO_MATCH = Conclusion(Verdict.NO_MATCH, Rule.BELOW_REVIEW, "")
BETWEEN = Conclusion(Verdict.REVIEW, Rule.BELOW_ACCEPT, "")
AMBIGUOUS = Conclusion(Verdict.REVIEW, Rule.MARGIN, "")

STRANGERS = [Candidate("p", 0.27)]
NEARLY = [Candidate("p", 0.29), Candidate("q", 0.1)]
"""The review line is .4."""


@pytest.mark.parametrize(
    ("conclusion", "moments", "over", "certain"),
    [
        pytest.param(MATCH, [0], False, True, id="a match at once"),
        pytest.param(CONFIRM, [0], False, True, id="a match that people confirm at once"),
        pytest.param(NO_MATCH, [0], False, False, id="one shot says nothing against somebody"),
        pytest.param(NO_MATCH, [0, 200], False, True, id="two do"),
        pytest.param(NO_MATCH, [0, 33, 66], False, False, id="not those of one instant"),
        pytest.param(NO_MATCH, [0, 33, 66, 150], False, True, id="until they span some time"),
        pytest.param(BETWEEN, [0, 200, 400], False, False, id="between the lines it waits"),
        pytest.param(BETWEEN, [0, 200, 2000], False, True, id="but not for ever"),
        pytest.param(AMBIGUOUS, [0, 200, 400], False, False, id="two candidates: it waits"),
        pytest.param(BETWEEN, [0, 2000], False, False, id="two shots far apart are still two"),
        pytest.param(NO_MATCH, [0], True, True, id="the end tells what is known"),
        pytest.param(BETWEEN, [0], True, True, id="whatever that is"),
    ],
)
def test_certain(conclusion: Conclusion, moments: list[int], over: bool, certain: bool) -> None:
    """A verdict for somebody needs one good shot, one against somebody several."""
    assert certain == is_certain(
        conclusion, evidence(*moments), policy=ROW, found=STRANGERS, over=over
    )


@pytest.mark.parametrize(
    ("moments", "found", "certain"),
    [
        pytest.param([0, 200], NEARLY, False, id="little is missing: two shots do not tell"),
        pytest.param([0, 200, 400], NEARLY, False, id="nor do three in a short time"),
        pytest.param([0, 800], NEARLY, False, id="nor do two over a long one"),
        pytest.param([0, 400, 700], NEARLY, True, id="three over a longer time do"),
        pytest.param([0, 200], [], True, id="nobody is enrolled"),
    ],
)
def test_somebody_who_nearly_matches_is_looked_at_for_longer(
    moments: list[int], found: list[Candidate], certain: bool
) -> None:
    """More shots help the enrolled whose first ones miss; strangers are seldom so similar."""
    shots = evidence(*moments)
    assert certain == is_certain(NO_MATCH, shots, policy=ROW, found=found, over=False)


FAR = Conclusion(Verdict.RECAPTURE, Rule.MIN_INTER_EYE_PX, "", ("move closer",))
TURNED = Conclusion(Verdict.RECAPTURE, Rule.MAX_YAW_DEG, "", ("face the camera",))
LAST = Advised(FAR.rule, FAR.advices, 1000)


@pytest.mark.parametrize(
    ("conclusion", "last", "now", "news"),
    [
        pytest.param(FAR, None, 0, True, id="the first advice at once"),
        pytest.param(FAR, LAST, 1200, False, id="not again with the next frame"),
        pytest.param(FAR, LAST, 5999, False, id="nor for some seconds"),
        pytest.param(FAR, LAST, 6000, True, id="then again"),
        pytest.param(TURNED, LAST, 1200, False, id="it does not flicker"),
        pytest.param(TURNED, LAST, 2000, True, id="but other advice comes sooner"),
    ],
)
def test_news(conclusion: Conclusion, last: Advised | None, now: int, news: bool) -> None:
    """Advice is given when it changes, and repeated after a while."""
    assert news == is_news(conclusion, last, now)
