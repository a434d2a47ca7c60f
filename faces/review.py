"""Two-person confirmation: what several people's judgements of a hit add up to.

After Art. 14(5) of Regulation (EU) 2024/1689: nobody acts on a hit before it was
confirmed by as many different people as the scene demands, each for themselves.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from faces.decision import Candidate
from faces.errors import FieldInvalid, ReviewClosed, ReviewerConflict


class ReviewState(Enum):
    """Where a review item stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    ESCALATED = "escalated"


class Judgement(Enum):
    """What one person sees."""

    SAME_PERSON = "same_person"
    DIFFERENT_PERSON = "different_person"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One person's judgement of a review item."""

    reviewer_id: str
    judgement: Judgement
    person_id: str = ""
    """Which candidate the probe shows; empty unless it is the same person."""

    grounds: tuple[str, ...] = ()
    """What it rests on, in the reviewer's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A hit that people have to judge, and what they said so far."""

    review_id: str
    decision_id: str
    case_id: str
    collection_id: str
    operator_id: str
    """Who ran the search, and may therefore not judge its result."""

    candidates: tuple[Candidate, ...]
    """At least one, best first."""

    needed: int
    """How many different people must agree. At least 1."""

    create_time: datetime
    opinions: tuple[Opinion, ...] = ()

    @property
    def state(self) -> ReviewState:
        """Open until enough people agree; escalated as soon as two do not."""
        views = {(opinion.judgement, opinion.person_id) for opinion in self.opinions}
        if len(views) > 1 or any(view is Judgement.INCONCLUSIVE for view, _ in views):
            return ReviewState.ESCALATED
        if len(self.opinions) < self.needed:
            return ReviewState.OPEN
        [(view, _)] = views
        same = view is Judgement.SAME_PERSON
        return ReviewState.CONFIRMED if same else ReviewState.REFUTED

    @property
    def confirmed(self) -> str:
        """Whom the reviewers see; empty unless they confirmed somebody."""
        return self.opinions[0].person_id if self.state is ReviewState.CONFIRMED else ""

    def judged(self, opinion: Opinion) -> "Review":
        """Add a judgement.

        Raises:
            ReviewClosed: The item is decided already.
            ReviewerConflict: This person judged it before, or ran the search.
            FieldInvalid: The judgement is about nobody in the rank list.
        """
        if self.state is not ReviewState.OPEN:
            raise ReviewClosed(review_id=self.review_id, state=self.state.value)
        who = opinion.reviewer_id
        if who == self.operator_id:
            raise ReviewerConflict(reviewer_id=who, conflict="ran the search")
        if any(who == earlier.reviewer_id for earlier in self.opinions):
            raise ReviewerConflict(reviewer_id=who, conflict="judged it before")
        about = {candidate.person_id for candidate in self.candidates}
        if opinion.judgement is Judgement.SAME_PERSON and opinion.person_id not in about:
            raise FieldInvalid(field="person_id", rule="must be one of the review's candidates")
        about_whom = opinion.person_id if opinion.judgement is Judgement.SAME_PERSON else ""
        opinion = replace(opinion, person_id=about_whom)
        return replace(self, opinions=(*self.opinions, opinion))
