"""What a person can do about a picture that was refused, or that could be better."""

from collections.abc import Iterator
from dataclasses import dataclass

from faces.conditions import Conditions
from faces.occlusion import Occlusion
from faces.parts import EYES, MOUTH_AND_NOSE, Part
from faces.quality import Band
from faces.rules import Rule

ADVICE: dict[Rule, tuple[str, ...]] = {
    Rule.NO_FACE: ("look at the camera", "make sure that the face is lit and fully in view"),
    Rule.MAX_FACES: ("one person at a time",),
    Rule.MIN_DETECTION_SCORE: ("look at the camera", "uncover the face"),
    Rule.MIN_INTER_EYE_PX: ("move closer", "use a camera or stream of higher resolution"),
    Rule.MAX_YAW_DEG: ("face the camera",),
    Rule.MAX_PITCH_DEG: ("hold the head level", "mount the camera at eye height"),
    Rule.NO_LIVENESS: ("let a person check who is there",),
    Rule.LIVENESS: ("look into the camera in person", "find better light"),
    Rule.MAX_OCCLUSION: ("uncover the face",),
    Rule.ENHANCER_REQUIRED: ("try again soon", "move closer, into better light"),
    Rule.MIN_QUALITY: ("move closer", "hold still", "find better light", "uncover the face"),
}
"""Every rule that can refuse a picture, with advice by falling helpfulness."""

CLOSE_ENOUGH_PX = 35.0
"""Eye distance of an aligned crop: with fewer pixels, the crop is an enlargement."""


GOOD_ENOUGH = frozenset({Band.EXCELLENT, Band.GOOD})
"""Samples that need no advice where no policy judges them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What is known of a sample that could be better."""

    inter_eye_px: float
    """Pixels between the eyes of the source."""

    occlusion: Occlusion | None = None
    """None if nobody could tell."""

    conditions: Conditions | None = None
    """None if nobody looked."""

    @property
    def enlarged(self) -> bool:
        """Whether the camera saw fewer pixels than the crop has."""
        return self.inter_eye_px < CLOSE_ENOUGH_PX


def advise(rule: Rule, clues: Clues) -> tuple[str, ...]:
    """What would help against a rule, by falling helpfulness.

    What is seen to be wrong, then what nobody could see; all of the rule's general advice if
    nothing is wrong. The order is that of the harm which the recogniser takes: something before
    the face, then light, then distance, then movement.
    """
    general = ADVICE[rule]
    if rule is Rule.MAX_OCCLUSION:
        return tuple(_uncover(clues.occlusion)) or general
    if rule is not Rule.MIN_QUALITY:
        return general
    found = (*_uncover(clues.occlusion), *_light(clues.conditions), *_focus(clues))
    possible = tuple(_unseen(clues)) if found else general
    return (*found, *(a for a in possible if clues.enlarged or a != "move closer"))


def _uncover(occlusion: Occlusion | None) -> Iterator[str]:
    parts = occlusion.parts if occlusion else frozenset[Part]()
    if parts >= set(Part):
        yield "uncover the face"
        return
    if parts >= MOUTH_AND_NOSE:
        yield "take off the mask"
    elif parts & MOUTH_AND_NOSE:
        yield "uncover mouth and nose"
    if parts >= EYES:
        yield "take off the sunglasses"
    elif parts & EYES:
        yield "uncover the eyes"
    if parts and not parts & (MOUTH_AND_NOSE | EYES):
        yield "uncover the face"


def _light(conditions: Conditions | None) -> Iterator[str]:
    if conditions is None:
        return
    if conditions.dark:
        yield "too dark: find better light"
    elif conditions.noisy:
        yield "too noisy: find better light"
    if conditions.bright:
        yield "too bright: turn away from the light"


def _unseen(clues: Clues) -> Iterator[str]:
    if clues.conditions is None:
        yield from ("hold still", "find better light")
    if clues.occlusion is None:
        yield "uncover the face"


def _focus(clues: Clues) -> Iterator[str]:
    if clues.enlarged:
        yield "move closer"
    elif clues.conditions and clues.conditions.blurred:
        yield "hold still"
