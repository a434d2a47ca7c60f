"""An evidence report: a case as one HTML page without scripts, links or fonts."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from client.types import Case, CaseJob, CaseRecord, CaseReview, ChainCheck, Job

_MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"RIFF": "image/webp",
    b"BM": "image/bmp",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
"""How pictures begin that the mesh takes."""

_OTHERS = {
    "review_opening": "looked at the {looked_at} of review {review_id}",
    "review": "judged review {review_id}: {judgement}, which makes it {state}",
    "review_erasure": "pictures of review {review_id} were erased ({why})",
    "case_reading": "read this case",
    "job_submitted": "submitted job {job_id}",
    "job_cancelled": "cancelled job {job_id}",
    "job_review": "track {rank} of job {job_id} became review {review_id}",
    "access": "called {call}: {outcome}",
}
"""Kinds of records but decisions, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A job, and what is on record of it."""

    job: Job
    log: str
    chain: ChainCheck | None
    absence: str
    lines: list[str]
    tracks: list[dict[str, Any]]
    """By rank."""

    end: dict[str, Any]
    """Empty if it is not on record."""


@dataclass(frozen=True, slots=True)
class Event:
    """A record of something else than a decision."""

    position: int
    time: str
    who: str
    what: str
    hash: str


def page(case: Case, *, reader_id: str) -> str:
    """The page.

    Args:
        case: What is on record.
        reader_id: For whom it is made.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.loader = PackageLoader("client.commands.case", "")
    environment.filters |= {"data_uri": data_uri, "score": _score, "words": _words}
    records = [(record, json.loads(record.line)) for record in case.records]
    decided = [f["decision_id"] for _, f in records if f["kind"] == "decision"]
    jobs = [_job(each) for each in case.jobs]
    return environment.get_template("report.html").render(
        case=case,
        reader_id=reader_id,
        decisions=[_decision(r, facts) for r, facts in records if facts["kind"] == "decision"],
        events=[_event(r, facts) for r, facts in records if facts["kind"] != "decision"],
        jobs=jobs,
        reviews={item.review.decision_id: item for item in case.reviews},
        loose=_loose(case.reviews, [*decided, *(t["decision_id"] for j in jobs for t in j.tracks)]),
        lines=[record.line for record in case.records],
    )


def _job(case_job: CaseJob) -> Searched:
    records = [(record, json.loads(record.line)) for record in case_job.records]
    told = [{**f, "position": r.position, "seal": _seal(f)} for r, f in records]
    end = next((each for each in told if each["kind"] == "job_end"), {})
    if end:  # of a scene with a line of its own, nothing can be missing
        end["accept_line"] = {"trouble": None, **end["accept_line"]}
    return Searched(
        job=case_job.job,
        log=case_job.log,
        chain=case_job.chain,
        absence=case_job.absence,
        lines=[record.line for record in case_job.records],
        tracks=[each for each in told if each["kind"] == "job_track"],
        end=end,
    )


def data_uri(picture: bytes) -> str:
    """A picture as part of the page. The page names no other source."""
    kind = next((kind for magic, kind in _MAGIC.items() if picture.startswith(magic)), "")
    encoded = base64.b64encode(picture).decode("ascii")
    return f"data:{kind or 'application/octet-stream'};base64,{encoded}"


def _decision(record: CaseRecord, facts: dict[str, Any]) -> dict[str, Any]:
    """What the page tells of a decision. A record of an older version may lack some of it."""
    optional = dict.fromkeys(
        (
            *("purpose", "operator_id", "collection_id", "camera_id", "raw_similarity"),
            *("needed_reviewers", "review_id", "filter_since", "filter_until"),
            *("filter_group", "filter_labels", "caller", "asked_time"),
        ),
        "",
    )
    return {**optional, **facts, "position": record.position, "seal": _seal(facts)}


def _event(record: CaseRecord, facts: dict[str, Any]) -> Event:
    kind = facts["kind"]
    try:
        what = _OTHERS[kind].format(**facts)
    except KeyError:
        what = kind.replace("_", " ")
    names = ("reviewer_id", "reader_id", "operator_id", "subject")
    who = next((facts[name] for name in names if facts.get(name)), "")
    return Event(record.position, facts["time"], who, what, _seal(facts))


def _seal(facts: dict[str, Any]) -> str:
    return str(facts.get("hash") or facts.get("mac") or "")


def _loose(reviews: Iterable[CaseReview], decision_ids: list[str]) -> list[CaseReview]:
    """Items whose decision is not on record any more."""
    return [item for item in reviews if item.review.decision_id not in decision_ids]


def _score(value: object) -> str:
    """A number; empty for what a record does not hold."""
    return f"{value:.3f}" if isinstance(value, int | float) else ""


def _words(name: str) -> str:
    return name.replace("_", " ")
