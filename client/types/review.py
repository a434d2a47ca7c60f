"""Hits that people have to judge."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from client.types.decision import Candidate
from client.types.face import Box, DerivedImage
from faces.review import Feature, FeatureFinding, Finding, Judgement

__all__ = [
    "Feature",
    "FeatureFinding",
    "Finding",
    "Judgement",
    "OpenedReview",
    "Review",
    "ReviewCandidates",
    "ReviewState",
]


class ReviewState(Enum):
    """The life of a review item."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    ESCALATED = "escalated"
    UNRESOLVED = "unresolved"
    WITHDRAWN = "withdrawn"
    OTHER = "other"
    """A state that this client does not know yet. Cannot be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One hit, until enough people agree."""

    review_id: str
    decision_id: str
    scene: str
    case_id: str

    camera_id: str
    """Which camera took the probe; empty if nobody said."""

    collection_id: str

    candidates: tuple[Candidate, ...]
    """Empty while somebody has to judge: `open_review_candidates` shows them."""

    state: ReviewState
    needed_reviewer_count: int

    judged_reviewer_count: int
    """0 until all have judged who were needed."""

    create_time: datetime

    confirmed_person_id: str
    """Whom the reviewers see; empty unless the state is CONFIRMED."""

    actionable: bool
    """Whether the hit may be acted upon."""

    job_id: str = ""
    """The job that found it; empty for a hit of a call."""

    track_rank: int = 0
    """Which of the job's tracks, by rank; 0 for a hit of a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedReview:
    """What a reviewer sees first: the probe as it was sent."""

    review: Review

    probe: bytes
    """Encoded. Base64 in JSON."""

    box: Box | None
    """Where in it the judged face is."""

    image_sha256: str

    quality: float
    """Range [0, 1]."""

    occlusion: float | None
    """Share of the face that is covered, in [0, 1]; None if the model cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCandidates:
    """What a reviewer sees second."""

    review: Review
    """With its candidates."""

    reference: bytes
    """The most similar photo that came along with the probe; empty if there is none."""

    enhanced: DerivedImage | None
    """What an enhancer made of the probe; None if there is nothing."""
