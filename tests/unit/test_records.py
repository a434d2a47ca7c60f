"""Review items survive whatever happens to the gateway."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from faces.decision import Candidate
from faces.errors import PageTokenInvalid, RequestIdReused, ReviewNotFound
from faces.paging import key_of, number_of
from faces.review import Judgement, Opinion, Review, ReviewState
from gateway.records.review_json import from_json, to_json
from gateway.records.reviews import open_reviews

REVIEW = Review(
    review_id="r-1",
    decision_id="d-1",
    case_id="c-1",
    collection_id="people",
    operator_id="o-1",
    candidates=(Candidate("alice", 0.7, "t-1", 0.9),),
    needed=2,
    create_time=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
)
SAME = Opinion(reviewer_id="a", judgement=Judgement.SAME_PERSON, person_id="alice")


def test_a_review_survives_its_json() -> None:
    """What is read is what was written."""
    judged = REVIEW.judged(SAME)

    assert judged == from_json(to_json(judged))


async def test_reviews_survive_a_restart(tmp_path: Path) -> None:
    """An item and its judgements are there after the process is gone."""
    async with open_reviews(tmp_path) as reviews:
        await reviews.add(REVIEW)
        await reviews.judge("r-1", SAME, request_id=str(uuid.uuid4()), fingerprint=b"1")

    async with open_reviews(tmp_path) as reviews:
        second = replace(SAME, reviewer_id="b")
        closed = await reviews.judge("r-1", second, request_id=str(uuid.uuid4()), fingerprint=b"2")

    assert ReviewState.CONFIRMED is closed.state


async def test_a_judgement_is_idempotent(tmp_path: Path) -> None:
    """The same request again changes nothing; another one under its id is refused."""
    request_id = str(uuid.uuid4())
    async with open_reviews(tmp_path) as reviews:
        await reviews.add(REVIEW)
        first = await reviews.judge("r-1", SAME, request_id=request_id, fingerprint=b"1")
        again = await reviews.judge("r-1", SAME, request_id=request_id, fingerprint=b"1")

        with pytest.raises(RequestIdReused):
            await reviews.judge("r-1", SAME, request_id=request_id, fingerprint=b"2")

    assert first == again


async def test_unknown_review(tmp_path: Path) -> None:
    """Nobody judges what does not exist."""
    async with open_reviews(tmp_path) as reviews:
        with pytest.raises(ReviewNotFound):
            await reviews.judge("r-9", SAME, request_id=str(uuid.uuid4()), fingerprint=b"1")


async def test_pages_reviews_by_case_and_state(tmp_path: Path) -> None:
    """Pages cover a case's items once each, the oldest first."""
    async with open_reviews(tmp_path) as reviews:
        for number in range(5):
            await reviews.add(replace(REVIEW, review_id=f"r-{number}"))
        await reviews.add(replace(REVIEW, review_id="other", case_id="c-2"))
        first = await reviews.list(case_id="c-1", state=ReviewState.OPEN, after="", size=3)
        after = number_of(first.next_token)
        rest = await reviews.list(case_id="c-1", state=None, after=after, size=3)
        closed = await reviews.list(case_id="", state=ReviewState.CONFIRMED, after="", size=3)

    assert [f"r-{n}" for n in range(5)] == [r.review_id for r in (*first.items, *rest.items)]
    assert "" == rest.next_token
    assert [] == list(closed.items)
    with pytest.raises(PageTokenInvalid):
        key_of("not one of ours")
