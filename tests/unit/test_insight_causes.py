"""What a picture counts as, and what makes it bad."""

import pytest

from faces.insight import CAUSES, Cause, Outcome, Probe, causes
from faces.rules import Rule
from tests.unit.insights import FINE, conditions, probe


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        pytest.param(probe(0.6), Outcome.GOOD, id="good"),
        pytest.param(probe(0.5999), Outcome.LOW, id="short of good, whatever its scene allows"),
        pytest.param(
            probe(0.9, refused_by=Rule.MIN_QUALITY), Outcome.LOW, id="short of what its scene asks"
        ),
        pytest.param(probe(0.9, refused_by=Rule.MAX_OCCLUSION), Outcome.LOW, id="covered"),
        pytest.param(probe(None, refused_by=Rule.MIN_INTER_EYE_PX), Outcome.LOW, id="too small"),
        pytest.param(Probe(refused_by=Rule.NO_FACE), Outcome.NO_FACE, id="nobody"),
        pytest.param(probe(None, refused_by=Rule.MAX_FACES), Outcome.NOT_JUDGED, id="a crowd"),
        pytest.param(probe(0.9, refused_by=Rule.MAX_FACES), Outcome.GOOD, id="one of a crowd"),
        pytest.param(probe(0.9, refused_by=Rule.ENHANCER_REQUIRED), Outcome.GOOD, id="no enhancer"),
        pytest.param(Probe(), Outcome.NOT_JUDGED, id="nothing on record"),
    ],
)
def test_a_record_counts_as_one_thing(seen: Probe, outcome: Outcome) -> None:
    """What was wrong with the picture makes it low, not what was wrong with the mesh."""
    assert outcome is seen.outcome


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        pytest.param(probe(covered=True), {Cause.OCCLUDED}, id="covered"),
        pytest.param(
            probe(refused_by=Rule.MAX_OCCLUSION), {Cause.OCCLUDED}, id="more than its scene allows"
        ),
        pytest.param(probe(yaw_deg=-35.1), {Cause.OFF_POSE}, id="turned"),
        pytest.param(probe(pitch_deg=30.1), {Cause.OFF_POSE}, id="nodding"),
        pytest.param(probe(yaw_deg=35.0, pitch_deg=-30.0), {Cause.UNCLEAR}, id="just facing it"),
        pytest.param(
            probe(refused_by=Rule.MAX_YAW_DEG, yaw_deg=20.0), {Cause.OFF_POSE}, id="strict about it"
        ),
        pytest.param(probe(inter_eye_px=34.9), {Cause.SMALL}, id="small"),
        pytest.param(
            probe(refused_by=Rule.MIN_INTER_EYE_PX), {Cause.SMALL}, id="smaller than wanted"
        ),
        pytest.param(probe(**conditions(luminance=0.05)), {Cause.DARK}, id="dark"),
        pytest.param(probe(**conditions(bright_share=0.2)), {Cause.BRIGHT}, id="bright"),
        pytest.param(probe(**conditions(noise=9.0)), {Cause.NOISY}, id="noisy"),
        pytest.param(probe(**conditions(sharpness=0.2)), {Cause.BLURRED}, id="blurred"),
        pytest.param(
            probe(inter_eye_px=20.0, **conditions(sharpness=0.2)),
            {Cause.SMALL},
            id="soft because it is enlarged",
        ),
        pytest.param(
            probe(covered=True, **conditions(luminance=0.05, noise=9.0)),
            {Cause.OCCLUDED, Cause.DARK, Cause.NOISY},
            id="several at once",
        ),
        pytest.param(probe(conditions=FINE), {Cause.UNCLEAR}, id="nothing to be seen"),
        pytest.param(Probe(quality=0.1), {Cause.UNCLEAR}, id="nothing on record"),
    ],
)
def test_causes(seen: Probe, found: set[Cause]) -> None:
    """Everything that is on record against a picture."""
    assert found == causes(seen)


def test_every_cause_has_its_row() -> None:
    """The table is whole, and nothing is said twice."""
    assert list(Cause) == list(CAUSES)
    assert len(Cause) == len({sign.words for sign in CAUSES.values()})
    assert len(Cause) == len({sign.remedy for sign in CAUSES.values()})
