"""What one person says of a hit, and what it rests on."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from faces.errors import FieldInvalid, FieldMissing
from faces.review.principal import Principal


class Judgement(Enum):
    """What one person sees."""

    SAME_PERSON = "same_person"
    DIFFERENT_PERSON = "different_person"
    INCONCLUSIVE = "inconclusive"


class Feature(Enum):
    """Parts of a face that a judgement may rest on.

    The components of FISWG, Facial Image Comparison Feature List for Morphological Analysis,
    version 2.0 (2018-09-11); ASTM E3149 has the same.
    """

    SKIN = "skin"
    FACE_OUTLINE = "face_outline"
    FACE_COMPOSITION = "face_composition"
    HAIRLINE = "hairline"
    FOREHEAD = "forehead"
    EYEBROWS = "eyebrows"
    EYES = "eyes"
    CHEEKS = "cheeks"
    NOSE = "nose"
    EARS = "ears"
    MOUTH = "mouth"
    CHIN = "chin"
    NECK = "neck"
    FACIAL_HAIR = "facial_hair"
    FACIAL_LINES = "facial_lines"
    SCARS = "scars"
    FACIAL_MARKS = "facial_marks"
    ALTERATIONS = "alterations"
    OTHER = "other"


class Finding(Enum):
    """What is found of a feature."""

    SIMILAR = "similar"
    DIFFERENT = "different"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class FeatureFinding:
    """One reason for a judgement."""

    feature: Feature
    finding: Finding


_NEEDS = {
    Judgement.SAME_PERSON: Finding.SIMILAR,
    Judgement.DIFFERENT_PERSON: Finding.DIFFERENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One person's judgement of a review item."""

    reviewer: Principal
    judgement: Judgement
    time: datetime
    person_id: str = ""
    """Which candidate the probe shows; empty unless it is the same person."""

    findings: tuple[FeatureFinding, ...]
    """What it rests on: each feature once."""

    grounds: tuple[str, ...] = ()
    """The same in the reviewer's words."""

    def require_reasons(self) -> None:
        """Refuse a judgement that rests on nothing, or on what says something else.

        Raises:
            FieldMissing: It has no finding.
            FieldInvalid: A feature comes twice, or none speaks for the judgement.
        """
        if not self.findings:
            raise FieldMissing(field="findings")
        if len({each.feature for each in self.findings}) < len(self.findings):
            raise FieldInvalid(field="findings", rule="must have each feature at most once")
        needs = _NEEDS.get(self.judgement)
        if needs and all(each.finding is not needs for each in self.findings):
            rule = f"must have a feature that is {needs.value} for {self.judgement.value}"
            raise FieldInvalid(field="findings", rule=rule)
