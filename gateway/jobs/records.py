"""What a job has found, as records of the log of the worker that closed it."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from faces.decision import names_somebody
from faces.policy import Verdict
from gateway.jobs.job import Order

TRACK = "job_track"
END = "job_end"

_DECISIONS = uuid.UUID("5c1d7a90-0f2e-4d57-9a5b-1b0b5d1f7e64")
"""Name space: a track is the same decision, whichever worker has put it on record."""


def track_record(
    order: Order, row: Mapping[str, Any], facts: Mapping[str, object]
) -> dict[str, object]:
    """What is concluded of a track.

    Args:
        order: Of the job.
        row: As in `tracks.json`.
        facts: What else is on record: of its crop, and of how it was judged.
    """
    decision_id = uuid.uuid5(_DECISIONS, f"{order.job_id} {row['path']} {row['track']}")
    # As with a search: a face that is refused resembles nobody.
    hit = row["passes_gates"] and names_somebody(Verdict(row["verdict"]), row["candidates"])
    judged = {
        "decision_id": str(decision_id),
        "needed_reviewers": order.policy.reviewers if hit else 0,
    }
    return {**_about(TRACK, order), **judged, **row, **facts}


def end_record(order: Order, told: Mapping[str, Any], **facts: object) -> dict[str, object]:
    """What became of a job.

    Args:
        order: Of the job.
        told: As in `job.json`.
        facts: What else is on record.
    """
    counts = {name: told[name] for name in ("complete", "frame_count", "done_frame_count")}
    sources = told["sources"]
    counts["broken_frame_count"] = sum(each["broken_frame_count"] for each in sources)
    counts["source_count"] = len(sources)
    counts["unreadable_source_count"] = sum(bool(each["fault"]) for each in sources)
    return {**_about(END, order), **counts, "accept_line": told["accept_line"], **facts}


def _about(kind: str, order: Order) -> dict[str, object]:
    return {
        "kind": kind,
        "time": datetime.now(UTC).isoformat(),
        "policy_version": order.policy.version,
        "job_id": order.job_id,
        "case_id": order.case.case_id,
        "purpose": order.case.purpose,
        "operator_id": order.case.operator_id,
        "collection_id": order.collection_id,
        "scene": order.policy.scene,
        "contract_id": order.contract_id,
    }
