"""The policy table: one row a scene. With `faces.decision`, the only home of thresholds.

A row says what an operator accepts in a scene; it never says what was seen.
"""

import hashlib
import json
import math
import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any

from faces.errors import SceneUnknown


class Verdict(Enum):
    """What to tell whoever asked."""

    MATCH = "match"
    NO_MATCH = "no_match"
    REVIEW = "review"
    RECAPTURE = "recapture"
    REJECT = "reject"


ON_LOW_QUALITY = (Verdict.RECAPTURE, Verdict.REVIEW, Verdict.REJECT)
"""What a scene may answer to a sample that is too bad to decide."""

NO_LIVENESS = "none"
"""What the column holds in a scene that asks for no liveness score."""

_RANGES: dict[str, tuple[float, float]] = {
    "min_quality": (0, 1),
    "enhance_below": (0, 1),
    "min_enhanced_similarity": (-1, 1),
    "accept": (-1, 1),
    "target_fpir": (1e-6, 0.1),
    "review": (-1, 1),
    "margin": (0, 2),
    "min_inter_eye_px": (0, 10_000),
    "max_yaw_deg": (0, 90),
    "max_pitch_deg": (0, 90),
    "min_detection_score": (0, 1),
    "max_faces": (1, 100),
    "max_occlusion": (0, 1),
    "reviewers": (0, 8),
    "review_days": (1, 3650),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Where an operator draws the lines in one scene. All lines are inclusive."""

    scene: str
    """The name that callers send."""

    min_quality: float
    """Gate 3: least quality score of a sample that is compared. Range [0, 1]."""

    enhance_below: float
    """Gate 2: enhance under this quality score. Range [0, 1]; 0 is never."""

    enhancer_required: bool = False
    """Whether a sample that should be enhanced is refused when it cannot be."""

    min_enhanced_similarity: float = 0.35
    """Gate 2: least cosine similarity of the raw and the enhanced face. Below it the enhancer
    drew somebody else, and the enhanced face is thrown away."""

    on_low_quality: Verdict
    """What a sample gets that fails a gate: RECAPTURE, REVIEW or REJECT."""

    accept: float = math.inf
    """Least cosine similarity of a match. Infinite in a scene with `target_fpir`: nobody is a match
    until `faces.calibration` has said what that comes to."""

    target_fpir: float | None = None
    """In place of `accept`: share of searches for strangers that may find a match. Comes to a
    similarity for the size of the collection at the moment, which is never below `review`."""

    review: float
    """From here up to `accept`, a person decides. Below: nobody we know."""

    margin: float
    """How far the runner-up must trail, or the match is ambiguous."""

    min_inter_eye_px: float
    """Gate 1: least distance between the eyes, in pixels of the image as sent."""

    max_yaw_deg: float
    """Gate 1: largest turn of the head, either way."""

    max_pitch_deg: float
    """Gate 1: largest nod of the head, either way."""

    min_detection_score: float
    """Gate 1: least detection score."""

    max_faces: int
    """Gate 1: most faces in the picture."""

    max_occlusion: float
    """Gate 2: largest share of the face that may be covered, where the model can tell."""

    reviewers: int
    """How many people must confirm before a hit may be acted upon."""

    review_days: int = 30
    """Days for which the pictures are kept that they look at."""

    liveness: str | float = NO_LIVENESS
    """Gate 1: least liveness score, in (0, 1]; ``none`` where no score is asked for. In a scene
    that asks for one, nobody passes without."""

    def __post_init__(self) -> None:
        absent = {"accept": math.inf, "target_fpir": None}
        problems = [
            f"{name} must be in [{low:g}, {high:g}], got {value}"
            for name, (low, high) in _RANGES.items()
            if (value := getattr(self, name)) != absent.get(name, math.nan)
            and not low <= value <= high
        ]
        if self.accept == math.inf and self.target_fpir is None:
            problems.append("it needs accept or target_fpir")
        if self.review > self.accept:
            problems.append(f"review {self.review} is above accept {self.accept}")
        if self.on_low_quality not in ON_LOW_QUALITY:
            problems.append(f"on_low_quality cannot be {self.on_low_quality.value}")
        least = self.liveness
        if least != NO_LIVENESS and (isinstance(least, str) or not 0 < least <= 1):
            problems.append(f"liveness must be {NO_LIVENESS} or in (0, 1], got {least!r}")
        if problems:
            raise ValueError(f"scene {self.scene}: {'; '.join(problems)}")

    @property
    def min_liveness(self) -> float | None:
        """Least liveness score; None where none is asked for."""
        return None if isinstance(self.liveness, str) else self.liveness


def of_reference(policy: Policy) -> Policy:
    """The lines for a photo that says who is meant: of one person, and nobody has to be there."""
    return replace(policy, max_faces=1, liveness=NO_LIVENESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Policy):
    """A policy as it stands in a table.

    What is decided by a row names the row's own version: another table may have come
    into force meanwhile.
    """

    version: str
    """Of the whole table."""


class PolicyTable:
    """All rows that are in force together, under one version."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        """Take 1 or more policies.

        Raises:
            ValueError: There is none, or two are of one scene.
        """
        columns = [_columns(policy) for policy in policies]
        columns.sort(key=operator.itemgetter("scene"))
        if not columns or len({row["scene"] for row in columns}) != len(columns):
            raise ValueError("a policy table needs rows, and each scene once")
        content = json.dumps([_content(row) for row in columns], default=lambda e: e.value)
        self.version = hashlib.sha256(content.encode()).hexdigest()[:12]
        """Hash of the content: equal tables have equal versions."""
        self._rows = {row["scene"]: Row(version=self.version, **row) for row in columns}

    def row(self, scene: str) -> Row:
        """The row of a scene.

        Raises:
            SceneUnknown: There is none. Nothing falls back to a default.
        """
        try:
            return self._rows[scene]
        except KeyError:
            raise SceneUnknown(scene=scene) from None

    def __iter__(self) -> Iterator[Row]:
        """Rows by scene."""
        return iter(self._rows.values())


def _columns(policy: Policy) -> dict[str, Any]:
    """What the operator wrote, without the version of a table that it stood in."""
    return {column.name: getattr(policy, column.name) for column in fields(Policy)}


def _content(columns: dict[str, Any]) -> dict[str, object]:
    """Alike for equal rows: 0 and 0.0 are one number."""
    return {
        name: float(value) if isinstance(value, int | float) else value
        for name, value in columns.items()
        if value not in {None, math.inf}  # columns that are not there
    }
