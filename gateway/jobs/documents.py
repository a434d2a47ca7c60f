"""What was found, as rows for people and programs. Equal findings are equal bytes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from faces.calibration import AcceptLine
from gateway.calibrations.recording import recorded
from gateway.jobs.job import Job
from gateway.jobs.ranking import Ranked
from gateway.jobs.sights import Tally

STATEMENT = (
    "A candidate resembles the face in a track. A score is no proof of identity: "
    "people have to judge each track."
)


ABOUT = "job.json"
"""What was asked for, and what became of each file."""


TRACKS, TABLE = "tracks.json", "tracks.parquet"
"""One row a track, in two forms."""


RECORDS = "records.jsonl"
"""Its records, as an excerpt of the log of the worker that closed it: docs/audit.md."""


CROPS = "crops"
"""The folder of the best shots."""


def folder_of(output: Path, job_id: str) -> Path:
    """Where the findings of a job are."""
    return output / job_id


def crop_name(rank: int) -> str:
    """The file of a track's best shot, in the folder of crops."""
    return f"{rank:06d}.png"


def track_rows(job: Job, tracks: Sequence[Ranked]) -> list[dict[str, Any]]:
    """One row a track, the first to look at first."""
    return [_row(job, rank, each) for rank, each in enumerate(tracks, start=1)]


def about(
    job: Job, line: AcceptLine, tallies: Mapping[int, Tally], faults: Mapping[int, str]
) -> dict[str, Any]:
    """What was asked for, where a match began, and what became of each file."""
    order = job.order
    return {
        "statement": STATEMENT,
        "job_id": order.job_id,
        "case_id": order.case.case_id,
        "purpose": order.case.purpose,
        "operator_id": order.case.operator_id,
        "collection_id": order.collection_id,
        "contract_id": order.contract_id,
        "scene": order.policy.scene,
        "policy_version": order.policy.version,
        "accept_line": recorded(line),
        "review_line": order.policy.review,
        "create_time": order.create_time.isoformat(),
        "complete": job.progress.parts_done == job.progress.parts,
        "frame_count": job.progress.total,
        "done_frame_count": job.progress.done,
        "sources": [
            _source(job, number, tallies.get(number, Tally()), faults.get(number, ""))
            for number in range(len(order.sources))
        ],
    }


def _source(job: Job, number: int, tally: Tally, fault: str) -> dict[str, Any]:
    source = job.order.sources[number]
    return {
        "path": source.path,
        "media": source.media.value,
        "judged_frame_count": tally.judged,
        "broken_frame_count": tally.broken,
        "broken_reasons": dict(tally.reasons),
        "fault": fault,
    }


def _row(job: Job, rank: int, of: Ranked) -> dict[str, Any]:
    trail, best = of.trail, of.trail.best
    return {
        "rank": rank,
        "weight": of.weight,
        "quality": trail.quality,
        "score": of.score,
        "verdict": of.verdict,
        "rule": of.rule,
        "reason": of.reason,
        "passes_gates": trail.good,
        "path": job.order.sources[trail.source].path,
        "track": trail.number,
        "first_ms": trail.first_ms,
        "last_ms": trail.last_ms,
        "sight_count": trail.sights,
        "shot_frames": [shot.frame for shot in trail.shots],
        "best_frame": best.frame,
        "best_ms": best.offset_ms,
        "best_box": list(best.box),
        "inter_eye_px": best.inter_eye_px,
        "enhanced": any(shot.enhanced for shot in trail.shots),
        "crop": f"{CROPS}/{crop_name(rank)}",
        "candidates": [
            {
                "rank": place,
                "person_id": candidate.person_id,
                "similarity": candidate.similarity,
                "template_id": candidate.template_id,
                "template_quality": candidate.template_quality,
                "log_likelihood_ratio": candidate.log_likelihood_ratio,
            }
            for place, candidate in enumerate(of.candidates, start=1)
        ],
    }
