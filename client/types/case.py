"""What is on record of a case."""

from dataclasses import dataclass
from datetime import datetime

from client.types.job import Job
from client.types.review import FeatureFinding, Judgement, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """One record of the decision log."""

    position: int

    line: str
    """As it stands in the log: JSON, from which anybody can compute its hash again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewJudgement:
    """What one person said of a review item."""

    reviewer_id: str

    judgement: Judgement | None
    """None if this client does not know it yet."""

    person_id: str
    findings: tuple[FeatureFinding, ...]
    grounds: tuple[str, ...]

    open_time: datetime | None
    """When they opened the raw picture."""

    judge_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReview:
    """A review item and what was said of it."""

    review: Review

    judgements: tuple[ReviewJudgement, ...]
    """Empty until the item is settled."""

    probe: bytes
    """Encoded; empty if it is not told. Base64 in JSON."""

    reference: bytes
    """Likewise."""

    probe_absence: str
    """Why there is no probe, for people; empty if there is one, or nobody asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCheck:
    """What the gateway's verification of its decision log came to."""

    intact: bool

    fault: str
    """The first one, for people; empty if there is none."""

    head: str
    """The last record's place and hash, as `sureface audit head` prints it."""

    record_count: int

    keyed: bool
    """Whether records are sealed by a key, not by a plain hash."""

    verify_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJob:
    """A job of a case, and what its worker has put on record."""

    job: Job

    records: tuple[CaseRecord, ...]
    """Of the log of the worker that closed it: the highest-ranked tracks, and its end."""

    chain: ChainCheck | None
    """What verifying all of its records came to; None if there are none."""

    absence: str
    """Why there are no records, for people; empty if there are."""

    log: str
    """Which log they are of: the worker's machine and folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is on record of a case."""

    case_id: str
    records: tuple[CaseRecord, ...]
    reviews: tuple[CaseReview, ...]
    chain: ChainCheck
    jobs: tuple[CaseJob, ...] = ()
