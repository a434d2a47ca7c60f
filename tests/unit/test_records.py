"""Review items survive whatever happens to the gateway."""

import json
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from faces.decision import Candidate
from faces.errors import PageTokenInvalid, RequestIdReused, ReviewNotFound
from faces.paging import key_of, number_of
from faces.review import Principal, Probe, Review, ReviewState
from gateway.records.review_json import from_json, to_json
from gateway.records.reviews import FILE, open_reviews
from tests.reviewing import NOON, opinion

ANN = Principal("ann", "key-2")
REVIEW = Review(
    review_id="r-1",
    decision_id="d-1",
    scene="search",
    case_id="c-1",
    collection_id="people",
    searcher=Principal("o-1", "key-1"),
    candidates=(Candidate("alice", 0.7, "t-1", 0.9), Candidate("bob", 0.6)),
    needed=2,
    create_time=NOON,
    probe=Probe(image_sha256="ab", box=(1.0, 2.0, 3.0, 4.0), quality=0.8, occlusion=0.1),
    pictures=True,
    erase_time=NOON + timedelta(days=30),
)
JUDGED = (
    REVIEW.opened(ANN, NOON)
    .revealed(ANN, NOON)
    .judged(replace(opinion("ann"), reviewer=ANN, grounds=("the scar",)))
    .opened(Principal("bob"), NOON)
)


def test_a_review_survives_its_json() -> None:
    """What is read is what was written."""
    assert JUDGED == from_json(to_json(JUDGED))


def test_an_item_without_pictures_cannot_be_judged_any_more() -> None:
    """Versions that kept none left items that nobody can look at."""
    old = {
        **{name: getattr(REVIEW, name) for name in ("review_id", "decision_id", "needed")},
        "case_id": "c-1",
        "collection_id": "people",
        "operator_id": "o-1",
        "create_time": NOON.isoformat(),
        "candidates": [{"person_id": "alice", "similarity": 0.7}],
        "opinions": [
            {
                "reviewer_id": "ann",
                "judgement": "same_person",
                "person_id": "alice",
                "grounds": ["ears"],
            }
        ],
    }

    read = from_json(json.dumps(old))

    assert (ReviewState.WITHDRAWN, "o-1", "ann") == (
        read.state,
        read.searcher.person_id,
        read.opinions[0].reviewer.person_id,
    )


async def test_reviews_survive_a_restart(tmp_path: Path) -> None:
    """An item and what was said of it are there after the process is gone."""
    async with open_reviews(tmp_path) as reviews:
        await reviews.add(REVIEW)
        await reviews.change(JUDGED, request_id="q-1", fingerprint=b"1")

    async with open_reviews(tmp_path) as reviews:
        assert JUDGED == await reviews.get("r-1")
        assert JUDGED == await reviews.answered("q-1", b"1")
    assert "600" == f"{(tmp_path / FILE).stat().st_mode & 0o777:o}"


async def test_an_answer_belongs_to_its_request(tmp_path: Path) -> None:
    """A new id has no answer yet; another request under a known id is refused."""
    async with open_reviews(tmp_path) as reviews:
        await reviews.add(REVIEW)
        await reviews.change(JUDGED, request_id="q-1", fingerprint=b"1")

        assert None is await reviews.answered("q-2", b"1")
        with pytest.raises(RequestIdReused):
            await reviews.answered("q-1", b"2")


async def test_unknown_review(tmp_path: Path) -> None:
    """Nobody finds what does not exist."""
    async with open_reviews(tmp_path) as reviews:
        with pytest.raises(ReviewNotFound):
            await reviews.get("r-9")


async def test_pages_reviews_by_case_and_state(tmp_path: Path) -> None:
    """Pages cover a case's items once each, the oldest first."""
    async with open_reviews(tmp_path) as reviews:
        for number in range(5):
            await reviews.add(replace(REVIEW, review_id=f"r-{number}"))
        await reviews.add(replace(REVIEW, review_id="other", case_id="c-2"))
        first = await reviews.list(
            case_id="c-1", camera_id="", state=ReviewState.OPEN, after="", size=3
        )
        after = number_of(first.next_token)
        rest = await reviews.list(case_id="c-1", camera_id="", state=None, after=after, size=3)
        closed = await reviews.list(
            case_id="", camera_id="", state=ReviewState.CONFIRMED, after="", size=3
        )
        case = await reviews.of_case("c-1")

    paged = [r.review_id for r in (*first.items, *rest.items)]
    assert [f"r-{n}" for n in range(5)] == paged == [r.review_id for r in case]
    assert "" == rest.next_token
    assert [] == list(closed.items)
    with pytest.raises(PageTokenInvalid):
        key_of("not one of ours")


@pytest.mark.parametrize(
    ("collection_id", "person_id", "found"),
    [
        pytest.param("people", "bob", ["r-1"], id="a candidate"),
        pytest.param("people", "", ["r-1"], id="anybody"),
        pytest.param("people", "eve", [], id="nobody's candidate"),
        pytest.param("others", "bob", [], id="of another collection"),
    ],
)
async def test_finds_whose_pictures_may_show_somebody(
    tmp_path: Path, collection_id: str, person_id: str, found: list[str]
) -> None:
    """Items that have pictures, by candidate."""
    async with open_reviews(tmp_path) as reviews:
        await reviews.add(REVIEW)
        await reviews.add(replace(REVIEW, review_id="bare", pictures=False))

        items = await reviews.with_pictures_of(collection_id, person_id)

    assert found == [item.review_id for item in items]


async def test_a_removed_item_leaves_nothing(tmp_path: Path) -> None:
    """Neither itself nor what was answered of it."""
    async with open_reviews(tmp_path) as reviews:
        await reviews.add(REVIEW)
        await reviews.add(replace(REVIEW, review_id="new", create_time=NOON + timedelta(days=2)))
        await reviews.change(JUDGED, request_id="q-1", fingerprint=b"1")
        for item in await reviews.older(NOON + timedelta(days=1)):
            await reviews.remove(item.review_id)

        assert {"new"} == await reviews.ids()
    with sqlite3.connect(tmp_path / FILE) as database:
        assert [] == database.execute("SELECT * FROM requests").fetchall()
    database.close()
