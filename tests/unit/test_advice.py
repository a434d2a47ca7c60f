"""What a refused person hears."""

import pytest

from faces.advice import ADVICE, Clues, advise
from faces.conditions import Conditions
from faces.occlusion import Occlusion
from faces.parts import EYES, MOUTH_AND_NOSE, Part
from faces.rules import Rule

SEARCH_RULES = {
    Rule.NO_CANDIDATE,
    Rule.BELOW_REVIEW,
    Rule.BELOW_ACCEPT,
    Rule.MARGIN,
    Rule.REVIEWERS,
    Rule.ACCEPT,
}

GENERAL = ADVICE[Rule.MIN_QUALITY]
NEAR, FAR = 100.0, 20.0


def light(
    luminance: float = 0.3, bright: float = 0, noise: float = 1, sharpness: float = 0.5
) -> Conditions:
    """A good crop unless told otherwise."""
    return Conditions(luminance=luminance, bright_share=bright, noise=noise, sharpness=sharpness)


def covered(*parts: Part) -> Occlusion:
    return Occlusion(share=0.1 * len(parts), parts=frozenset(parts))


def test_every_rule_that_refuses_a_picture_has_advice() -> None:
    """Whoever is refused hears what to do; whoever is compared needs no advice."""
    assert set(Rule) - SEARCH_RULES == set(ADVICE)
    assert all(ADVICE.values())


@pytest.mark.parametrize(
    ("clues", "expected"),
    [
        pytest.param(
            Clues(inter_eye_px=NEAR),
            ("hold still", "find better light", "uncover the face"),
            id="nobody looked",
        ),
        pytest.param(
            Clues(inter_eye_px=FAR),
            ("move closer", "hold still", "find better light", "uncover the face"),
            id="far, nobody looked",
        ),
        pytest.param(
            Clues(inter_eye_px=NEAR, occlusion=covered(), conditions=light()),
            ("hold still", "find better light", "uncover the face"),
            id="nothing seen to be wrong",
        ),
        pytest.param(
            Clues(inter_eye_px=FAR, occlusion=covered(), conditions=light()),
            ("move closer",),
            id="merely far",
        ),
        pytest.param(
            Clues(inter_eye_px=NEAR, conditions=light(luminance=0.02)),
            ("too dark: find better light", "uncover the face"),
            id="dark, and a model that sees no masks",
        ),
        pytest.param(
            Clues(inter_eye_px=NEAR, occlusion=covered(), conditions=light(noise=9)),
            ("too noisy: find better light",),
            id="noisy",
        ),
        pytest.param(
            Clues(inter_eye_px=NEAR, occlusion=covered(), conditions=light(bright=0.4)),
            ("too bright: turn away from the light",),
            id="bright",
        ),
        pytest.param(
            Clues(inter_eye_px=NEAR, occlusion=covered(), conditions=light(sharpness=0.1)),
            ("hold still",),
            id="blurred",
        ),
        pytest.param(
            Clues(
                inter_eye_px=FAR,
                occlusion=covered(*MOUTH_AND_NOSE, Part.LOWER_HALF),
                conditions=light(luminance=0.02, noise=9, sharpness=0.1),
            ),
            ("take off the mask", "too dark: find better light", "move closer"),
            id="all at once, the worst first",
        ),
    ],
)
def test_low_quality(clues: Clues, expected: tuple[str, ...]) -> None:
    """What is wrong is named, by falling harm; what nobody could see remains possible."""
    assert expected == advise(Rule.MIN_QUALITY, clues)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(MOUTH_AND_NOSE, ("take off the mask",), id="a mask"),
        pytest.param({Part.MOUTH}, ("uncover mouth and nose",), id="a cup"),
        pytest.param(EYES, ("take off the sunglasses",), id="sunglasses"),
        pytest.param({Part.LEFT_EYE}, ("uncover the eyes",), id="a patch"),
        pytest.param(
            MOUTH_AND_NOSE | EYES, ("take off the mask", "take off the sunglasses"), id="both"
        ),
        pytest.param({Part.UPPER_HALF}, ("uncover the face",), id="a hat"),
        pytest.param(set(Part), ("uncover the face",), id="everything"),
        pytest.param(set(), ADVICE[Rule.MAX_OCCLUSION], id="nothing that has a name"),
    ],
)
def test_too_much_is_covered(parts: set[Part], expected: tuple[str, ...]) -> None:
    """The advice is about what is covered."""
    clues = Clues(inter_eye_px=FAR, occlusion=covered(*parts), conditions=light(luminance=0.01))

    assert expected == advise(Rule.MAX_OCCLUSION, clues)


@pytest.mark.parametrize(
    "rule", sorted(set(ADVICE) - {Rule.MIN_QUALITY, Rule.MAX_OCCLUSION}, key=str)
)
def test_other_rules_know_what_is_wrong(rule: Rule) -> None:
    """A rule about one thing says what helps against it, whatever else may be wrong."""
    clues = Clues(inter_eye_px=FAR, occlusion=covered(*EYES), conditions=light(luminance=0.01))

    assert ADVICE[rule] == advise(rule, clues)
