"""One job: what was asked for, which never changes, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from faces.policy import Row
from gateway.investigation import Case


class State(Enum):
    """The life of a job; published as `sureface.investigation.v1.JobState`."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self in {State.SUCCEEDED, State.FAILED, State.CANCELLED}


class Media(Enum):
    """What a file holds."""

    VIDEO = "video"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to search."""

    media: Media

    path: str
    """Relative to the media folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for."""

    job_id: str
    policy: Row
    """As it was when the job was submitted: a job is judged by one row, from its first frame
    to its last."""

    collection_id: str
    contract_id: str
    """The space of its vectors."""

    case: Case
    sources: tuple[Source, ...]
    """In the order in which they were named, folders by name."""

    priority: int
    """Higher goes first."""

    create_time: datetime

    fingerprint: str
    """Of the request: another one with the same id is a mistake."""

    review_count: int = 0
    """How many of its highest-ranked hits become review items without anybody asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job has come."""

    state: State = State.QUEUED
    total: int = 0
    """Frames in all; 0 while unknown."""

    done: int = 0
    """Frames that are done with, each once."""

    broken: int = 0
    """Those of them that cannot be decoded."""

    parts: int = 0
    """Into how many parts the frames are cut; 0 while unknown."""

    parts_done: int = 0
    closing: bool = False
    """Whether somebody is to write what was found, or writes it already."""

    tracks: int = 0
    result: str = ""
    """Folder with what was found."""

    head: str = ""
    """The last record of that, in the log of the worker who wrote it: what was found is as it was
    as long as its records end in it."""

    failure_reason: str = ""
    failure_message: str = ""
    end_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands."""

    order: Order
    progress: Progress
