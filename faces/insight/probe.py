"""What a decision record tells of the picture that was judged."""

from dataclasses import dataclass
from enum import Enum

from faces.conditions import Conditions
from faces.quality import Band
from faces.rules import Rule

_ABOUT_THE_PICTURE = frozenset(
    {
        Rule.MIN_DETECTION_SCORE,
        Rule.MIN_INTER_EYE_PX,
        Rule.MAX_YAW_DEG,
        Rule.MAX_PITCH_DEG,
        Rule.MAX_OCCLUSION,
        Rule.MIN_QUALITY,
    }
)
"""Rules that refuse a face for how it was taken."""


class Outcome(Enum):
    """What a record counts as. Each counts as exactly one of them."""

    GOOD = "good"
    """A face of good quality that its scene did not refuse for how it was taken."""

    LOW = "low"
    """A face below good quality, or refused by a gate for how it was taken."""

    NO_FACE = "no_face"
    """There was none in the picture."""

    NOT_JUDGED = "not_judged"
    """Nobody looked: too many faces, or a record that does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A face as its camera saw it, before anything was made of it. None is: not on record."""

    refused_by: Rule | None = None
    """The gate that it did not pass; None, too, if it passed all of them."""

    quality: float | None = None
    """Range [0, 1]."""

    magnitude: float | None = None
    """Length of the vector before it was normalized. Range (0, inf)."""

    contract_id: str = ""
    """Says on which scale `magnitude` is."""

    inter_eye_px: float | None = None
    yaw_deg: float | None = None
    pitch_deg: float | None = None

    covered: bool = False
    """Whether a part of the face is covered for sure."""

    conditions: Conditions | None = None

    @property
    def outcome(self) -> Outcome:
        """What it counts as."""
        if self.refused_by is Rule.NO_FACE:
            return Outcome.NO_FACE
        if self.refused_by in _ABOUT_THE_PICTURE:
            return Outcome.LOW
        if self.quality is None:
            return Outcome.NOT_JUDGED
        return Outcome.GOOD if self.quality >= Band.GOOD.value else Outcome.LOW
