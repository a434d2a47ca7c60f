"""Whatever people try in whatever order, the rules of an item hold."""

from collections import Counter
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from faces.decision import Candidate
from faces.errors import FaceError
from faces.review import Judgement, Principal, Probe, Review, ReviewState
from tests.reviewing import NOON, opinion

PEOPLE = st.sampled_from(["olga", "ann", "bob", "cleo", "dan", "eve"])
"""Olga ran the search."""

KEYS = {"olga": "k-1", "ann": "k-2", "bob": "k-3", "cleo": "k-1", "dan": "", "eve": ""}
"""Cleo calls by olga's key."""

FINAL = {
    *(ReviewState.CONFIRMED, ReviewState.REFUTED),
    *(ReviewState.UNRESOLVED, ReviewState.WITHDRAWN),
}


class Reviewing(RuleBasedStateMachine):
    """People who open, look and judge as they like; what is refused changes nothing."""

    @initialize(needed=st.integers(1, 3))
    def begin(self, needed: int) -> None:
        """A new item."""
        self.item = Review(
            review_id="r",
            decision_id="d",
            searcher=Principal("olga", KEYS["olga"]),
            candidates=(Candidate("x", 0.6), Candidate("y", 0.5)),
            needed=needed,
            create_time=NOON,
            probe=Probe(image_sha256=""),
            pictures=True,
            erase_time=NOON,
        )
        self.raw: set[str] = set()
        self.rest: set[str] = set()
        self.final: ReviewState | None = None

    @rule(who=PEOPLE)
    def open_raw(self, who: str) -> None:
        """Try to look at the raw picture."""
        if self._try(lambda: self.item.opened(Principal(who, KEYS[who]), NOON)):
            self.raw.add(who)

    @rule(who=PEOPLE)
    def open_candidates(self, who: str) -> None:
        """Try to look at the candidates: never before the raw picture."""
        if self._try(lambda: self.item.revealed(Principal(who, KEYS[who]), NOON)):
            assert who in self.raw
            self.rest.add(who)

    @rule(who=PEOPLE, judgement=st.sampled_from(Judgement), about=st.sampled_from("xyz"))
    def judge(self, who: str, judgement: Judgement, about: str) -> None:
        """Try to judge: never without having looked, twice, or one's own search."""
        said = replace(opinion(who, judgement, about), reviewer=Principal(who, KEYS[who]))
        before = {each.reviewer.person_id for each in self.item.opinions}
        if self._try(lambda: self.item.judged(said)):
            assert who in self.raw & self.rest - before - {"olga", "cleo"}
            assert self.final is None

    @rule(who=PEOPLE, judgement=st.sampled_from(Judgement), about=st.sampled_from("xy"))
    def do_all(self, who: str, judgement: Judgement, about: str) -> None:
        """Try everything in order, as most people would."""
        self.open_raw(who)
        self.open_candidates(who)
        self.judge(who, judgement, about)

    @precondition(lambda self: len(self.item.openings) > 2)  # late: it ends most
    @rule()
    def erase(self) -> None:
        """The pictures go."""
        self.item = self.item.without_pictures()

    @invariant()
    def judgements_are_of_different_people(self) -> None:
        """Nobody counts twice, and never more than one beyond those who were needed."""
        who = [each.reviewer.person_id for each in self.item.opinions]
        assert len(who) == len(set(who)) <= self.item.needed + 1

    @invariant()
    def nothing_is_confirmed_by_too_few(self) -> None:
        """Whoever is confirmed was seen by as many people as are needed, and by no fewer."""
        votes = Counter(
            each.person_id for each in self.item.opinions if each.judgement is Judgement.SAME_PERSON
        )
        confirmed = self.item.state is ReviewState.CONFIRMED
        assert confirmed == any(count >= self.item.needed for count in votes.values())
        assert not confirmed or votes[self.item.confirmed] >= self.item.needed

    @invariant()
    def nothing_shows_while_somebody_is_blind(self) -> None:
        """Before as many have judged as are needed, an item looks as if nobody had."""
        if len(self.item.opinions) < self.item.needed and self.item.pictures:
            seen = (self.item.state, self.item.told_count, self.item.confirmed)
            assert (ReviewState.OPEN, 0, "") == seen

    @invariant()
    def what_is_settled_stays(self) -> None:
        """A final state is never left, whatever is erased."""
        assert self.final in {None, self.item.state}
        if self.item.state in FINAL:
            self.final = self.item.state

    def _try(self, step: "object") -> bool:
        assert callable(step)
        before = self.item
        try:
            self.item = step()
        except FaceError:
            assert before is self.item
            return False
        return True


TestReviewing = Reviewing.TestCase
TestReviewing.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
