"""Review items, for reviewers whose credentials are limited."""

from pathlib import Path
from typing import Any

import pytest

from faces.errors import ReviewerConflict, ReviewNotFound
from faces.review import Principal
from gateway.identity.asking import Identity, being
from gateway.reviewing.principals import oneself
from gateway.servicers.reviews import ReviewCalls
from sureface.investigation.v1 import investigation_pb2 as pb
from tests.reviewing import opinion
from tests.unit.review_world import house


def reviewer(name: str, **limits: frozenset[str]) -> Identity:
    return Identity(subject=name, roles=frozenset(), key_id=f"key-{name}", **limits)  # type: ignore[arg-type]  # limits alone


@pytest.mark.parametrize(
    "limits",
    [
        pytest.param({"collections": frozenset({"others"})}, id="another collection"),
        pytest.param({"scenes": frozenset({"door"})}, id="another scene"),
    ],
)
async def test_an_item_out_of_reach_is_not_there(
    tmp_path: Path, limits: dict[str, frozenset[str]]
) -> None:
    """At every step; who may reach it goes on."""
    async with house(tmp_path) as here:
        review_id, steps = await here.search(), here.people.reviewing
        with being(reviewer("ann", **limits)):
            for look in (steps.open_raw, steps.open_candidates):
                with pytest.raises(ReviewNotFound):
                    await look(review_id, Principal("ann"))
            with pytest.raises(ReviewNotFound):
                await here.people.judge(review_id, opinion("ann"))
        with being(reviewer("bob", collections=frozenset({"people"}))):
            viewed = await steps.open_raw(review_id, Principal("bob"))

    assert review_id == viewed.review.review_id


async def test_lists_hold_items_in_reach(tmp_path: Path) -> None:
    """What a reviewer may not open, they do not see either."""
    anything: Any = None  # what a list does not ask
    part: Any = ReviewCalls  # of a servicer: it lacks the calls of the others
    async with house(tmp_path) as here:
        review_id = await here.search()
        calls = part(here.people.reviewing, anything, here.people.reviews)
        lists = []
        for collection_id in ("people", "others"):
            with being(reviewer("ann", collections=frozenset({collection_id}))):
                told = await calls.ListReviews(pb.ListReviewsRequest(), anything)
            lists.append([each.review_id for each in told.reviews])

    assert [[review_id], []] == lists


async def test_whoever_searched_under_another_name_does_not_review(tmp_path: Path) -> None:
    """The credential of the search is kept with the item."""
    async with house(tmp_path) as here:
        with being(reviewer("ann")):
            found = await here.investigation.compare("watch", b"alice good", b"alice good")
            with pytest.raises(ReviewerConflict, match="ran the search"):
                await here.people.reviewing.open_raw(
                    found.decision.review_id, oneself("ann", "reviewer_id")
                )
