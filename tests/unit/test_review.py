"""Confirmation by several people: one item."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from faces.decision import Candidate
from faces.errors import (
    ReviewClosed,
    ReviewerConflict,
    ReviewNotOpened,
)
from faces.review import Judgement, Opinion, Principal, Probe, Review, ReviewState
from tests.reviewing import NOON, opinion

SAME, DIFFERENT, UNSURE = (
    Judgement.SAME_PERSON,
    Judgement.DIFFERENT_PERSON,
    Judgement.INCONCLUSIVE,
)
OLGA = Principal("olga", "key-7")


def review(needed: int) -> Review:
    """A hit of operator olga, with two candidates."""
    return Review(
        review_id="r-1",
        decision_id="d-1",
        searcher=OLGA,
        candidates=(Candidate("ada", 0.6), Candidate("bob", 0.5)),
        needed=needed,
        create_time=NOON,
        probe=Probe(image_sha256="ab"),
        pictures=True,
        erase_time=NOON,
    )


def said(item: Review, opinion: Opinion) -> Review:
    """The item once somebody has looked at everything and judged."""
    looked = item.opened(opinion.reviewer, NOON).revealed(opinion.reviewer, NOON)
    return looked.judged(opinion)


def after(needed: int, *views: tuple[Judgement, str]) -> Review:
    """The item once different people have said these things, in this order."""
    item = review(needed)
    for number, (judgement, person_id) in enumerate(views):
        item = said(item, opinion(f"r{number}", judgement, person_id))
    return item


@pytest.mark.parametrize(
    ("needed", "views", "state"),
    [
        pytest.param(2, [], ReviewState.OPEN, id="nobody judged"),
        pytest.param(2, [(SAME, "ada")], ReviewState.OPEN, id="one of two"),
        pytest.param(2, [(DIFFERENT, "")], ReviewState.OPEN, id="one of two says no"),
        pytest.param(2, [(UNSURE, "")], ReviewState.OPEN, id="one of two cannot tell"),
        pytest.param(1, [(SAME, "ada")], ReviewState.CONFIRMED, id="one is enough here"),
        pytest.param(1, [(DIFFERENT, "")], ReviewState.REFUTED, id="one no is enough here"),
        pytest.param(1, [(UNSURE, "")], ReviewState.ESCALATED, id="the only one cannot tell"),
        pytest.param(2, [(SAME, "ada")] * 2, ReviewState.CONFIRMED, id="two agree"),
        pytest.param(2, [(DIFFERENT, "")] * 2, ReviewState.REFUTED, id="two say no"),
        pytest.param(2, [(UNSURE, "")] * 2, ReviewState.ESCALATED, id="two cannot tell"),
        pytest.param(3, [(SAME, "bob")] * 2, ReviewState.OPEN, id="two of three"),
        pytest.param(3, [(SAME, "bob")] * 3, ReviewState.CONFIRMED, id="three agree"),
        pytest.param(
            2, [(SAME, "ada"), (DIFFERENT, "")], ReviewState.ESCALATED, id="they disagree"
        ),
        pytest.param(
            2, [(SAME, "ada"), (SAME, "bob")], ReviewState.ESCALATED, id="of different people"
        ),
        pytest.param(
            3, [(SAME, "ada"), (DIFFERENT, "")], ReviewState.OPEN, id="the third must not know"
        ),
        pytest.param(
            2,
            [(SAME, "ada"), (DIFFERENT, ""), (SAME, "ada")],
            ReviewState.CONFIRMED,
            id="the third confirms",
        ),
        pytest.param(
            2,
            [(SAME, "ada"), (DIFFERENT, ""), (DIFFERENT, "")],
            ReviewState.REFUTED,
            id="the third refutes",
        ),
        pytest.param(
            2,
            [(SAME, "ada"), (DIFFERENT, ""), (SAME, "bob")],
            ReviewState.UNRESOLVED,
            id="the third sees somebody else",
        ),
        pytest.param(
            2,
            [(UNSURE, ""), (UNSURE, ""), (SAME, "ada")],
            ReviewState.UNRESOLVED,
            id="one alone is sure",
        ),
    ],
)
def test_states(needed: int, views: list[tuple[Judgement, str]], state: ReviewState) -> None:
    """Nothing shows before enough have judged; agreement closes, doubt calls one more."""
    assert state is after(needed, *views).state


def test_pictures_that_are_gone_withdraw_an_item() -> None:
    """Whoever would have to look cannot; what is settled stays settled."""
    waiting, split = after(2, (SAME, "ada")), after(2, (SAME, "ada"), (DIFFERENT, ""))
    settled = after(2, (SAME, "ada"), (SAME, "ada"))

    states = [item.without_pictures().state for item in (waiting, split, settled)]

    assert [ReviewState.WITHDRAWN, ReviewState.WITHDRAWN, ReviewState.CONFIRMED] == states


@pytest.mark.parametrize(
    ("item", "state"),
    [
        pytest.param(after(1, (SAME, "ada")), "confirmed", id="confirmed"),
        pytest.param(after(1, (DIFFERENT, "")), "refuted", id="refuted"),
        pytest.param(after(1, (UNSURE, ""), (UNSURE, "")), "unresolved", id="unresolved"),
        pytest.param(review(2).without_pictures(), "withdrawn", id="withdrawn"),
    ],
)
def test_a_settled_item_takes_no_step(item: Review, state: str) -> None:
    """What was acted upon cannot be changed behind anybody's back, nor looked at again."""
    late = Principal("late")
    steps: list[Callable[[], Review]] = [
        lambda: item.opened(late, NOON),
        lambda: item.revealed(late, NOON),
        lambda: item.judged(opinion("late", SAME, "ada")),
    ]
    for step in steps:
        with pytest.raises(ReviewClosed) as failure:
            step()

        assert {"review_id": "r-1", "state": state} == failure.value.metadata


@pytest.mark.parametrize(
    ("who", "conflict"),
    [
        pytest.param(Principal("olga"), "ran the search", id="the operator"),
        pytest.param(Principal("zoe", "key-7"), "ran the search", id="the operator's key"),
        pytest.param(Principal("r0"), "judged it before", id="a second time"),
    ],
)
def test_nobody_judges_their_own_search_or_twice(who: Principal, conflict: str) -> None:
    """By name or by key; not even to look."""
    item = after(2, (SAME, "ada"))

    with pytest.raises(ReviewerConflict) as failure:
        item.opened(who, NOON)

    assert {"reviewer_id": who.person_id, "conflict": conflict} == failure.value.metadata


def test_nobody_in_particular_equals_nobody() -> None:
    """A camera that names nobody does not keep everybody from judging."""
    item = replace(review(2), searcher=Principal(""))

    assert ReviewState.OPEN is said(item, opinion("ann", SAME, "ada")).state


@pytest.mark.parametrize(
    ("item", "missing"),
    [
        pytest.param(review(2), "the raw picture", id="nothing"),
        pytest.param(review(2).opened(Principal("bob"), NOON), "the raw picture", id="of another"),
        pytest.param(review(2).opened(Principal("ann"), NOON), "the candidates", id="raw only"),
    ],
)
def test_nobody_judges_what_they_have_not_looked_at(item: Review, missing: str) -> None:
    """The raw picture comes first, then the candidates; another's look does not count."""
    with pytest.raises(ReviewNotOpened) as failure:
        item.judged(opinion("ann", SAME, "ada"))

    assert missing == failure.value.metadata["missing"]


def test_the_raw_picture_comes_first() -> None:
    """Candidates, and what an enhancer drew, would tell what to see in it."""
    with pytest.raises(ReviewNotOpened):
        review(2).revealed(Principal("ann"), NOON)


def test_a_step_leaves_the_old_item_alone() -> None:
    """Items are values: who holds one sees no change."""
    item = review(2)

    later = said(item, opinion("r1", SAME, "ada"))

    assert ((), ()) == (item.opinions, item.openings)
    assert (1, 1) == (len(later.opinions), len(later.openings))


def test_a_confirmed_item_says_who_is_seen() -> None:
    """Whom the reviewers agree on is told once they do, and not before."""
    split = (SAME, "bob"), (SAME, "ada")
    assert ["", "ada", "", "", "ada"] == [
        after(2, (SAME, "ada")).confirmed,
        after(2, (SAME, "ada"), (SAME, "ada")).confirmed,
        after(1, (DIFFERENT, "ada")).confirmed,
        after(2, *split).confirmed,
        after(2, *split, (SAME, "ada")).confirmed,
    ]
