"""The evidence report as a page."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from client.commands.case.page import data_uri, page
from client.types import (
    Case,
    CaseRecord,
    CaseReview,
    ChainCheck,
    Feature,
    FeatureFinding,
    Finding,
    Judgement,
    Review,
    ReviewJudgement,
    ReviewState,
)

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
EVIL = "<script>alert(1)</script>\"'"
DECISION: dict[str, Any] = {
    "position": 7,
    "kind": "decision",
    "time": NOON.isoformat(),
    "decision_id": "d-1",
    "call": "Search",
    "scene": "search",
    "policy_version": "abc",
    "contract_id": "arc4-1",
    "verdict": "review",
    "rule": "reviewers",
    "reason": EVIL,
    "degradations": [],
    "samples": [
        {"image_sha256": "ab", "faces": 1, "enhancement": "not_needed"},
        {
            "image_sha256": "cd",
            "faces": 1,
            "enhancement": "done",
            "quality": 0.61,
            "occlusion": 0.32,
            "covered": ["mouth and nose covered"],
        },
    ],
    "candidates": [{"person_id": EVIL, "similarity": 0.7654, "template_id": "t-1"}],
    "case_id": "c-1",
    "hash": "f" * 64,
}
REVIEW = Review(
    review_id="r-1",
    decision_id="d-1",
    scene="search",
    case_id="c-1",
    camera_id="",
    collection_id="wanted",
    candidates=(),
    state=ReviewState.REFUTED,
    needed_reviewer_count=2,
    judged_reviewer_count=2,
    create_time=NOON,
    confirmed_person_id="",
    actionable=False,
)
SAID = ReviewJudgement(
    reviewer_id="anna",
    judgement=Judgement.DIFFERENT_PERSON,
    person_id="",
    findings=(FeatureFinding(Feature.EARS, Finding.DIFFERENT),),
    grounds=(EVIL,),
    open_time=NOON,
    judge_time=NOON,
)
CHAIN = ChainCheck(
    intact=True, fault="", head="9:00", record_count=9, keyed=False, verify_time=NOON
)


def case(*records: dict[str, Any], chain: ChainCheck = CHAIN, **item: Any) -> Case:
    """A case with one review item, unless there is no word of it."""
    given = {"judgements": (), "probe": b"", "reference": b"", "probe_absence": ""} | item
    return Case(
        case_id="c-1",
        records=tuple(CaseRecord(position=7, line=json.dumps(each)) for each in records),
        reviews=(CaseReview(review=REVIEW, **given),),
        chain=chain,
    )


class Tags(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.sources: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.sources += [
            value or "" for name, value in attrs if name in {"src", "href", "srcset", "data"}
        ]


def test_nothing_that_was_said_becomes_markup() -> None:
    """Whatever operators, reviewers and cameras are called."""
    text = page(case(DECISION, judgements=(SAID,)), reader_id=EVIL)

    assert "<script" not in text
    assert "script" not in Tags(text).names
    assert "&lt;script&gt;" in text


def test_it_loads_nothing() -> None:
    """Pictures are in the page; there are no others, and no links."""
    found = Tags(page(case(DECISION, probe=b"\x89PNG", reference=b"\xff\xd8\xff"), reader_id="j"))

    kinds = [source.partition(",")[0] for source in found.sources]
    assert ["data:image/png;base64", "data:image/jpeg;base64"] == kinds
    assert set() == found.names & {"link", "iframe", "object", "form", "a"}


@pytest.mark.parametrize(
    "words",
    [
        "A score is not proof.",
        "0.765",
        "0.610",
        "mouth and nose covered",
        "abc",
        "arc4-1",
        "ears: different",
        "Not confirmed: nobody may act upon this hit.",
        "intact: every record is as it was written",
        f"7:{'f' * 64}",
    ],
)
def test_it_tells(words: str) -> None:
    """Scores, versions, judgements, hashes, and what a score is not."""
    assert words in page(case(DECISION, judgements=(SAID,)), reader_id="j")


def test_a_broken_log_is_told() -> None:
    """First of all, and in words."""
    broken = ChainCheck(
        intact=False,
        fault="record 3: changed",
        head="2:00",
        record_count=2,
        keyed=True,
        verify_time=NOON,
    )

    text = page(case(DECISION, chain=broken), reader_id="j")

    assert "broken: record 3: changed" in text
    assert "intact" not in text


def test_an_item_whose_decision_is_gone_is_still_there() -> None:
    """Retention removed its record; what people said is kept by the item."""
    text = page(case(judgements=(SAID,)), reader_id="j")

    assert "No decision is on record." in text
    assert "Review items without a decision" in text
    assert "anna" in text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        pytest.param("review_opening", "looked at the raw of review r-1", id="known"),
        pytest.param("job_end", "job end", id="of another part of the mesh"),
        pytest.param("review", "review", id="of a version that wrote less"),
    ],
)
def test_everything_on_record_has_its_line(kind: str, said: str) -> None:
    """Kinds that the page knows, in words; others by their name."""
    record = {"kind": kind, "time": "t", "review_id": "r-1", "looked_at": "raw", "hash": "0"}

    assert f"<td>{said}</td>" in page(case(record), reader_id="j")


def test_a_call_has_a_line_with_who_made_it() -> None:
    """As the credential says, where the request names nobody."""
    access = {"kind": "access", "time": "t", "call": "ListReviews", "outcome": "OK", "hash": "0"}

    text = page(case(access | {"subject": "otto"}), reader_id="j")
    assert "<td>otto</td><td>called ListReviews: OK</td>" in text


def test_a_picture_of_no_known_kind_is_only_bytes() -> None:
    """A page does not guess."""
    assert "data:application/octet-stream;base64,aGk=" == data_uri(b"hi")
