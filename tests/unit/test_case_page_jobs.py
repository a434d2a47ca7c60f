"""Jobs in the evidence report: every number with the record that it is from."""

import json
from dataclasses import replace
from typing import Any

from client.codec.job import job
from client.commands.case.page import page
from client.types import CaseJob, CaseRecord, CaseReview
from tests.long_answers import JOB
from tests.unit.test_case_page import CHAIN, EVIL, REVIEW, SAID, case

TRACK: dict[str, Any] = {
    "position": 3,
    "kind": "job_track",
    "decision_id": "d-2",
    "rank": 1,
    "path": EVIL,
    "first_ms": 120,
    "last_ms": 4_560,
    "quality": 0.812,
    "verdict": "review",
    "reason": "2 people must confirm",
    "candidates": [{"person_id": "p-9", "similarity": 0.6543}],
    "crop_sha256": "ab" * 32,
    "hash": "e" * 64,
}
END: dict[str, Any] = {
    "position": 4,
    "kind": "job_end",
    "complete": True,
    "source_count": 2,
    "unreadable_source_count": 0,
    "frame_count": 213,
    "done_frame_count": 213,
    "broken_frame_count": 1,
    "track_count": 6,
    "policy_version": "abc",
    "contract_id": "arc512-1",
    "calibration": "cal-1",
    "accept_line": {"similarity": 0.52, "persons": 77, "templates": 80},
    "tracks_sha256": "cd" * 32,
    "hash": "d" * 64,
}


def searched(*records: dict[str, Any], **more: Any) -> CaseJob:
    """A job of the case."""
    given: dict[str, Any] = {"chain": CHAIN, "absence": "", "log": "host:/data"}
    return CaseJob(
        job=job(JOB),
        records=tuple(CaseRecord(position=r["position"], line=json.dumps(r)) for r in records),
        **given | more,
    )


def test_a_job_is_told_with_its_records() -> None:
    """What was looked at and found, by whom it is logged, and where."""
    text = page(replace(case(), jobs=(searched(TRACK, END),)), reader_id="j")

    for words in (
        *("213", "0.812", "0.654", "p-9", "0.520", "77", "cal-1", "ab" * 32, "host:/data"),
        *(f"3:{'e' * 64}", f"4:{'d' * 64}", "cd" * 32, "4560"),
    ):
        assert words in text, words
    assert "<script" not in text


def test_judgements_stand_with_their_track() -> None:
    """Not among items whose decision is gone."""
    item = CaseReview(
        review=replace(REVIEW, decision_id="d-2"),
        judgements=(SAID,),
        probe=b"\x89PNG",
        reference=b"",
        probe_absence="",
    )
    whole = replace(case(), jobs=(searched(TRACK, END),), reviews=(item,))

    text = page(whole, reader_id="j")

    assert "Review items without a decision" not in text
    assert "ears: different" in text


def test_a_job_without_records_says_why() -> None:
    """And one whose records were changed says so, and not what they say."""
    broken = replace(CHAIN, intact=False, fault="records.jsonl line 1: changed")
    jobs = (searched(chain=None, absence="it has found nothing yet"), searched(chain=broken))

    text = page(replace(case(), jobs=jobs), reader_id="j")

    assert "No records: it has found nothing yet" in text
    assert "broken: records.jsonl line 1: changed" in text
