"""What several people's judgements add up to."""

from collections import Counter
from collections.abc import Sequence
from enum import Enum

from faces.review.judgement import Judgement, Opinion


class ReviewState(Enum):
    """Where a review item stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    ESCALATED = "escalated"
    UNRESOLVED = "unresolved"
    WITHDRAWN = "withdrawn"

    @property
    def waits(self) -> bool:
        """Whether somebody still has to judge, blind to those who have."""
        return self in {ReviewState.OPEN, ReviewState.ESCALATED}


def state_of(opinions: Sequence[Opinion], *, needed: int, pictures: bool) -> ReviewState:
    """Judge the judgements.

    Nothing shows before `needed` people have judged, not even that two disagree already: who
    comes last must not know more than who came first. If they do not agree, one more person
    judges; then there must be `needed` who do.

    Args:
        opinions: Of different people.
        needed: How many must agree. At least 1.
        pictures: Whether there is still something to look at.
    """
    if len(opinions) < needed:
        return ReviewState.OPEN if pictures else ReviewState.WITHDRAWN
    if agreed := agreed_of(opinions, needed=needed):
        same = agreed[0] is Judgement.SAME_PERSON
        return ReviewState.CONFIRMED if same else ReviewState.REFUTED
    if len(opinions) > needed:
        return ReviewState.UNRESOLVED
    return ReviewState.ESCALATED if pictures else ReviewState.WITHDRAWN


def agreed_of(opinions: Sequence[Opinion], *, needed: int) -> tuple[Judgement, str] | None:
    """What at least `needed` people see, and in whom; None if so many agree on nothing.

    To agree that one cannot tell is no agreement.
    """
    views = Counter(
        (opinion.judgement, opinion.person_id)
        for opinion in opinions
        if opinion.judgement is not Judgement.INCONCLUSIVE
    )
    return next((view for view, count in views.items() if count >= needed), None)
