"""Long searches over files."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class JobState(Enum):
    """The life of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OTHER = "other"
    """A state that this client does not know yet. Cannot be asked for."""


ENDED = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})
"""States after which nothing changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job as it stands."""

    job_id: str
    state: JobState
    done_frame_count: int
    """Frames that are done with, broken ones included."""

    total_frame_count: int
    """0 while unknown."""

    broken_frame_count: int
    track_count: int
    """Tracks that are ranked for review; 0 until the job has ended."""

    result_path: str
    """Folder with what was found, as the workers see it; empty until it is written."""

    failure_reason: str
    """Empty unless the state is FAILED."""

    failure_message: str
    scene: str
    policy_version: str
    collection_id: str
    case_id: str
    purpose: str
    operator_id: str
    priority: int
    create_time: datetime

    end_time: datetime | None
    """None until it has ended."""

    review_count: int = 0
    """How many of its highest-ranked hits become review items once it has ended."""
