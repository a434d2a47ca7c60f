"""One hit on its way to a decision that may be acted upon. A value: each step makes a new one."""

from dataclasses import dataclass, replace
from datetime import datetime

from faces.decision import Candidate
from faces.errors import FieldInvalid, ReviewClosed, ReviewerConflict, ReviewNotOpened
from faces.review.judgement import Judgement, Opinion
from faces.review.principal import Principal
from faces.review.states import ReviewState, agreed_of, state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What the probe is, without its pixels."""

    image_sha256: str
    box: tuple[float, float, float, float] | None = None
    """Where the judged face is: left, top, right, bottom, in pixels of the picture as sent."""

    quality: float | None = None
    """Range [0, 1]."""

    occlusion: float | None = None
    """Share of the face that is covered, in [0, 1]; None if the model cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a reviewer has looked at, and when first."""

    reviewer: Principal
    raw_time: datetime
    candidates_time: datetime | None = None
    """None until they looked at those, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A hit that people have to judge, and what they said so far."""

    review_id: str
    decision_id: str
    scene: str = ""
    case_id: str = ""
    camera_id: str = ""
    """Which camera took the probe; empty if nobody said."""

    collection_id: str = ""
    searcher: Principal
    """Who ran the search, and may therefore not judge its result."""

    candidates: tuple[Candidate, ...]
    """At least one, best first."""

    needed: int
    """How many different people must agree. At least 1."""

    create_time: datetime
    probe: Probe
    pictures: bool
    """Whether its pictures are kept. Without them nobody can judge it."""

    erase_time: datetime
    """Until when they are."""

    job_id: str = ""
    """The job that found it; empty for a hit of a call."""

    track_rank: int = 0
    """Which of the job's tracks, from 1; 0 for a hit of a call."""

    chosen_by: Principal | None = None
    """Who chose it of a job's hits, having seen whom it resembles: they may not judge it either."""

    openings: tuple[Opening, ...] = ()
    opinions: tuple[Opinion, ...] = ()

    @property
    def state(self) -> ReviewState:
        """Where it stands."""
        return state_of(self.opinions, needed=self.needed, pictures=self.pictures)

    @property
    def confirmed(self) -> str:
        """Whom the reviewers see; empty unless they confirmed somebody."""
        if self.state is not ReviewState.CONFIRMED:
            return ""
        _, person_id = agreed_of(self.opinions, needed=self.needed) or ("", "")
        return person_id

    @property
    def told_count(self) -> int:
        """How many have judged, as far as that may be told."""
        return 0 if self.state is ReviewState.OPEN else len(self.opinions)

    def opened(self, reviewer: Principal, time: datetime) -> "Review":
        """Note that a reviewer looks at the raw picture.

        Raises:
            ReviewClosed: The item is settled, or its pictures are gone.
            ReviewerConflict: This person judged it before, or ran the search.
        """
        self._require_may_judge(reviewer)
        if self._opening(reviewer):
            return self
        opening = Opening(reviewer=reviewer, raw_time=time)
        return replace(self, openings=(*self.openings, opening))

    def revealed(self, reviewer: Principal, time: datetime) -> "Review":
        """Note that a reviewer looks at the candidates.

        Raises:
            ReviewClosed, ReviewerConflict: See `opened`.
            ReviewNotOpened: They have not looked at the raw picture.
        """
        self._require_may_judge(reviewer)
        opening = self._require_opening(reviewer)
        if opening.candidates_time:
            return self
        others = tuple(each for each in self.openings if each is not opening)
        return replace(self, openings=(*others, replace(opening, candidates_time=time)))

    def judged(self, opinion: Opinion) -> "Review":
        """Add a judgement.

        Raises:
            ReviewClosed, ReviewerConflict: See `opened`.
            ReviewNotOpened: Who judges has not looked at the raw picture, or the candidates.
            FieldMissing, FieldInvalid: It has no reasons, or is about nobody in the rank list.
        """
        self._require_may_judge(opinion.reviewer)
        if not self._require_opening(opinion.reviewer).candidates_time:
            raise self._unopened(opinion.reviewer, "the candidates")
        opinion.require_reasons()
        if opinion.judgement is not Judgement.SAME_PERSON:
            opinion = replace(opinion, person_id="")
        elif opinion.person_id not in {candidate.person_id for candidate in self.candidates}:
            raise FieldInvalid(field="person_id", rule="must be one of the review's candidates")
        return replace(self, opinions=(*self.opinions, opinion))

    def without_pictures(self) -> "Review":
        """The item once its pictures are erased: whoever had to judge cannot any more."""
        return replace(self, pictures=False)

    def _require_may_judge(self, reviewer: Principal) -> None:
        if not self.state.waits:
            raise ReviewClosed(review_id=self.review_id, state=self.state.value)
        who = reviewer.person_id
        if reviewer.may_be(self.searcher):
            raise ReviewerConflict(reviewer_id=who, conflict="ran the search")
        if self.chosen_by and reviewer.may_be(self.chosen_by):
            raise ReviewerConflict(reviewer_id=who, conflict="chose it for review")
        if any(reviewer.may_be(earlier.reviewer) for earlier in self.opinions):
            raise ReviewerConflict(reviewer_id=who, conflict="judged it before")

    def _opening(self, reviewer: Principal) -> Opening | None:
        return next((each for each in self.openings if each.reviewer == reviewer), None)

    def _require_opening(self, reviewer: Principal) -> Opening:
        opening = self._opening(reviewer)
        if opening is None:
            raise self._unopened(reviewer, "the raw picture")
        return opening

    def _unopened(self, reviewer: Principal, missing: str) -> ReviewNotOpened:
        return ReviewNotOpened(
            review_id=self.review_id, reviewer_id=reviewer.person_id, missing=missing
        )
