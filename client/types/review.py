"""Hits that people have to judge."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from client.types.decision import Candidate
from faces.review import Judgement

__all__ = ["Judgement", "Review", "ReviewState"]


class ReviewState(Enum):
    """The life of a review item."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    ESCALATED = "escalated"
    OTHER = "other"
    """A state that this client does not know yet. Cannot be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One hit, until enough people agree."""

    review_id: str
    decision_id: str
    case_id: str
    collection_id: str
    candidates: tuple[Candidate, ...]
    state: ReviewState
    needed_reviewer_count: int
    judged_reviewer_count: int
    create_time: datetime
    confirmed_person_id: str
    """Whom the reviewers see; empty unless the state is CONFIRMED."""
