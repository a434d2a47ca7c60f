"""Two-person confirmation."""

from datetime import UTC, datetime

import pytest

from faces.decision import Candidate
from faces.errors import FaceError, FieldInvalid, ReviewClosed, ReviewerConflict
from faces.review import Judgement, Opinion, Review, ReviewState

SAME, DIFFERENT, UNSURE = (
    Judgement.SAME_PERSON,
    Judgement.DIFFERENT_PERSON,
    Judgement.INCONCLUSIVE,
)


def review(needed: int) -> Review:
    """A hit of operator olga, with two candidates."""
    return Review(
        review_id="r-1",
        decision_id="d-1",
        case_id="case",
        collection_id="watch",
        operator_id="olga",
        candidates=(Candidate("ada", 0.6), Candidate("bob", 0.5)),
        needed=needed,
        create_time=datetime(2026, 1, 1, tzinfo=UTC),
    )


def after(needed: int, *views: tuple[Judgement, str]) -> Review:
    """The item once different people have said these things, in this order."""
    item = review(needed)
    for number, (judgement, person_id) in enumerate(views):
        item = item.judged(
            Opinion(reviewer_id=f"r{number}", judgement=judgement, person_id=person_id)
        )
    return item


@pytest.mark.parametrize(
    ("needed", "views", "state"),
    [
        pytest.param(2, [], ReviewState.OPEN, id="nobody looked"),
        pytest.param(2, [(SAME, "ada")], ReviewState.OPEN, id="one of two"),
        pytest.param(2, [(DIFFERENT, "ada")], ReviewState.OPEN, id="one of two says no"),
        pytest.param(1, [(SAME, "ada")], ReviewState.CONFIRMED, id="one is enough here"),
        pytest.param(1, [(DIFFERENT, "ada")], ReviewState.REFUTED, id="one no is enough here"),
        pytest.param(2, [(SAME, "ada")] * 2, ReviewState.CONFIRMED, id="two agree"),
        pytest.param(2, [(DIFFERENT, "ada")] * 2, ReviewState.REFUTED, id="two say no"),
        pytest.param(3, [(SAME, "bob")] * 2, ReviewState.OPEN, id="two of three"),
        pytest.param(3, [(SAME, "bob")] * 3, ReviewState.CONFIRMED, id="three agree"),
        pytest.param(
            2, [(SAME, "ada"), (DIFFERENT, "ada")], ReviewState.ESCALATED, id="they disagree"
        ),
        pytest.param(
            2, [(SAME, "ada"), (SAME, "bob")], ReviewState.ESCALATED, id="of different people"
        ),
        pytest.param(2, [(UNSURE, "")], ReviewState.ESCALATED, id="the first cannot tell"),
        pytest.param(
            2, [(SAME, "ada"), (UNSURE, "")], ReviewState.ESCALATED, id="the second cannot tell"
        ),
        pytest.param(
            3, [(SAME, "ada"), (DIFFERENT, "ada")], ReviewState.ESCALATED, id="before the third"
        ),
    ],
)
def test_states(needed: int, views: list[tuple[Judgement, str]], state: ReviewState) -> None:
    """Agreement of enough people closes an item; any doubt hands it on."""
    assert state is after(needed, *views).state


@pytest.mark.parametrize(
    ("item", "state"),
    [
        pytest.param(after(1, (SAME, "ada")), "confirmed", id="confirmed"),
        pytest.param(after(1, (DIFFERENT, "ada")), "refuted", id="refuted"),
        pytest.param(after(2, (UNSURE, "")), "escalated", id="escalated"),
    ],
)
def test_a_closed_item_takes_no_judgement(item: Review, state: str) -> None:
    """What was acted upon cannot be changed behind anybody's back."""
    with pytest.raises(ReviewClosed) as failure:
        item.judged(Opinion(reviewer_id="late", judgement=SAME, person_id="ada"))

    assert {"review_id": "r-1", "state": state} == failure.value.metadata


@pytest.mark.parametrize(
    ("opinion", "error"),
    [
        pytest.param(
            Opinion(reviewer_id="olga", judgement=SAME, person_id="ada"),
            ReviewerConflict(reviewer_id="olga", conflict="ran the search"),
            id="the operator",
        ),
        pytest.param(
            Opinion(reviewer_id="r0", judgement=DIFFERENT, person_id="ada"),
            ReviewerConflict(reviewer_id="r0", conflict="judged it before"),
            id="a second time",
        ),
        pytest.param(
            Opinion(reviewer_id="r1", judgement=SAME, person_id="eve"),
            FieldInvalid(field="person_id", rule="must be one of the review's candidates"),
            id="about somebody else",
        ),
        pytest.param(
            Opinion(reviewer_id="r1", judgement=SAME),
            FieldInvalid(field="person_id", rule="must be one of the review's candidates"),
            id="about nobody",
        ),
    ],
)
def test_refuses(opinion: Opinion, error: FaceError) -> None:
    """Nobody judges their own search, or twice; a judgement is about a candidate."""
    item = after(2, (SAME, "ada"))

    with pytest.raises(type(error)) as failure:
        item.judged(opinion)

    assert error.metadata == failure.value.metadata
    assert 1 == len(item.opinions)


def test_a_judgement_leaves_the_old_item_alone() -> None:
    """Items are values: who holds one sees no change."""
    item = review(2)

    later = item.judged(Opinion(reviewer_id="r1", judgement=SAME, person_id="ada"))

    assert ((), 1) == (item.opinions, len(later.opinions))


def test_a_confirmed_item_says_who_is_seen() -> None:
    """Whom the reviewers agree on is told once they do, and not before."""
    assert "" == after(2, (SAME, "ada")).confirmed
    assert "ada" == after(2, (SAME, "ada"), (SAME, "ada")).confirmed
    assert "" == after(1, (DIFFERENT, "")).confirmed


def test_none_of_the_candidates_is_about_nobody() -> None:
    """Two people who see none of the candidates agree, whomever they looked at last."""
    assert ReviewState.REFUTED is after(2, (DIFFERENT, "ada"), (DIFFERENT, "bob")).state
