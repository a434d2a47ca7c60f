"""What a decision of the past would be under another policy, as far as its record can tell.

The rules are those of `faces.gates` and `faces.decision`, tried again on the scores that they
saw. What they did not get to see is never guessed: such a decision cannot be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from faces.calibration import Calibration, Size, Trouble, accept_line, drawn
from faces.decision import Candidate, Conclusion, decide
from faces.gates import (
    Enhancement,
    Sighting,
    certain_faces,
    gate_sample,
    gate_sighting,
    has_drifted,
    wants_enhancement,
)
from faces.policy import Policy, Verdict, of_reference
from faces.rules import Rule
from faces.tracking import Basis, is_certain

Calibrations = Mapping[str, Calibration]
"""By contract."""

NO_CALIBRATIONS: Calibrations = MappingProxyType({})


class Untold(Enum):
    """Why it cannot be told what a decision would be."""

    NOT_EMBEDDED = "not_embedded"
    """A face that was refused before it was embedded would pass that gate."""

    NOT_ENHANCED = "not_enhanced"
    """A face would be enhanced that was not, or fused that was not."""

    NOT_COMPARED = "not_compared"
    """A sample would be compared that was not, or not as the camera saw it."""

    REFERENCE_REFUSED = "reference_refused"
    """A reference photo would be refused: there would be no decision at all."""

    SCENE_REMOVED = "scene_removed"
    """The table has no such scene: the call would be refused."""

    NOT_COUNTED = "not_counted"
    """The policy has a `target_fpir`, and how many people were searched is not on record."""

    MORE_FRAMES = "more_frames"
    """A stream would have said nothing at that moment: frames that are not on record decide."""

    RECORD_INCOMPLETE = "record_incomplete"
    """The record lacks scores, or is of a kind of call that is not replayed."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What gates 2 and 3 saw of an embedded face. See `faces.gates.gate_sample`."""

    quality: float
    occlusion: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is on record of one picture."""

    detected: int
    """Faces that the detector found."""

    others: Sequence[float]
    """Detection scores of all but the most prominent one, as far as they are known."""

    sighting: Sighting | None
    """The most prominent face; None if there was none."""

    raw: Scores | None = None
    """Of the face as the camera saw it; None if it was refused before it was embedded."""

    enhancement: Enhancement = Enhancement.NOT_NEEDED
    """What became of gate 2."""

    likeness: float | None = None
    """Similarity of the raw and the enhanced face; None if they were not fused."""

    fused: Scores | None = None
    """Of the two together; None if the raw face was used."""

    reference: bool = False
    """Whether it is a photo that says who is meant: of one face, and never enhanced."""


class Decided(NamedTuple):
    """What a decision comes to."""

    verdict: Verdict
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A decision as far as it is replayed."""

    decision_id: str
    scene: str

    decided: Decided | None
    """None if verdict or rule are newer than this version."""

    pictures: Sequence[Picture] | None
    """In the order in which the rules looked at them; None if the record is incomplete."""

    similarities: Sequence[float] | None
    """Of the candidates, falling; None if nothing was compared."""

    raw_similarities: Sequence[float] | None = None
    """The same if no face was fused; None where that is not known."""

    contract_id: str = ""
    """Of the vectors; empty if nothing was embedded."""

    size: Size | None = None
    """Of what was searched; None if it is not on record."""

    track: Basis | None = None
    """What the track had come to, if it is about one of a stream."""


def replay(
    policy: Policy, past: Past, *, enhancer: bool, calibrations: Calibrations = NO_CALIBRATIONS
) -> Decided | Untold:
    """Decide again.

    Args:
        policy: The lines to judge by, of the scene of the past.
        past: What the rules saw.
        enhancer: Whether one is configured, for faces that would now be enhanced.
        calibrations: That resolve a `target_fpir`, for the gallery as it was.
    """
    if past.pictures is None or past.decided is None:
        return Untold.RECORD_INCOMPLETE
    used = _used(policy, past, enhancer=enhancer)
    if not isinstance(used, list):
        return used
    similarities = _compared(past, used)
    if similarities is None or (past.track and not past.track.fuses_alike(policy.review)):
        return Untold.NOT_COMPARED
    line = accept_line(policy, calibrations.get(past.contract_id), past.size)
    candidates = [Candidate("", similarity) for similarity in similarities]
    policy, track = drawn(policy, line), past.track
    outcome = decide(policy, candidates)
    if line.trouble is Trouble.NOT_COUNTED and outcome.rule is Rule.BELOW_ACCEPT:
        return Untold.NOT_COUNTED
    if track and not is_certain(outcome, track, policy=policy, found=candidates, over=track.over):
        return Untold.MORE_FRAMES
    return _decided(outcome)


def _used(policy: Policy, past: Past, *, enhancer: bool) -> list[Scores] | Decided | Untold:
    """The scores of all that would be compared, or what came before that."""
    used: list[Scores] = []
    for picture in past.pictures or ():
        alone = of_reference(policy) if picture.reference else policy
        outcome = _sample(alone, picture, enhancer=enhancer)
        if isinstance(outcome, Untold):
            return outcome
        if isinstance(outcome, Conclusion):
            if picture.reference:
                return Untold.REFERENCE_REFUSED
            return _decided(outcome) if _is_told(past, outcome) else Untold.MORE_FRAMES
        used.append(outcome)
    return used


def _is_told(past: Past, refusal: Conclusion) -> bool:
    """Whether a refusal is all that would be told at that moment.

    A stream says nothing of one bad shot if there are good ones, asks for another one only while
    somebody is in view, and refuses only when they have left.
    """
    if past.track is None:
        return True
    asks = refusal.verdict is Verdict.RECAPTURE
    return past.track.count == 0 and asks != past.track.over


def _decided(conclusion: Conclusion) -> Decided:
    return Decided(conclusion.verdict, conclusion.rule)


def _sample(policy: Policy, picture: Picture, *, enhancer: bool) -> Scores | Conclusion | Untold:
    """The scores of what would be compared, or what refuses it."""
    faces = certain_faces(policy, picture.detected, picture.others)
    if refusal := gate_sighting(policy, picture.sighting, faces=faces):
        return refusal
    if picture.raw is None:
        return Untold.NOT_EMBEDDED
    enhancement = _enhancement(policy, picture, picture.raw, enhancer=enhancer)
    if enhancement is None:
        return Untold.NOT_ENHANCED
    used = picture.fused if enhancement is Enhancement.DONE else picture.raw
    if used is None:
        return Untold.NOT_ENHANCED
    poor = gate_sample(
        policy, quality=used.quality, occlusion=used.occlusion, enhancement=enhancement
    )
    return poor or used


def _enhancement(
    policy: Policy, picture: Picture, raw: Scores, *, enhancer: bool
) -> Enhancement | None:
    """What would become of gate 2; None if that cannot be told."""
    if picture.reference or not wants_enhancement(policy, raw.quality):
        return Enhancement.NOT_NEEDED
    if picture.enhancement is Enhancement.NOT_NEEDED:
        return None if enhancer else Enhancement.NOT_CONFIGURED
    if picture.likeness is None:
        # Nobody answered, or nothing was fused: so it would be again.
        return picture.enhancement
    drifted = has_drifted(policy, picture.likeness)
    return Enhancement.DRIFTED if drifted else Enhancement.DONE


def _compared(past: Past, used: Sequence[Scores]) -> Sequence[float] | None:
    """Similarities of the samples that would be compared; None if they are not known."""
    pictures = past.pictures or ()
    if used == [picture.fused or picture.raw for picture in pictures]:
        return past.similarities
    if used == [picture.raw for picture in pictures]:
        return past.raw_similarities
    return None
