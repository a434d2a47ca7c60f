"""What a gallery tells its operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPlan:
    """How a collection is searched."""

    storage: str
    """How vectors are kept: `fp32`, `fp16` or `int8`."""

    first_stage: str
    """The compressed index that finds candidates, as FAISS names it; empty scans all."""

    shortlist: int
    """Candidates that are scored exactly."""

    nprobe: int
    """Cells of an inverted file that are visited; 0 without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionStats:
    """What a collection's index is in one gallery process, and what it costs there."""

    collection_id: str
    contract_id: str
    dimension: int
    person_count: int
    template_count: int
    tombstone_count: int
    """Deleted templates that still take room."""

    index_kind: str
    plan: IndexPlan
    tuned: bool
    """Whether the plan was chosen by a tuning, not by size."""

    index_bytes: int
    """0 if another server holds the index."""

    table_bytes: int
    """Of all else that is known of templates and persons."""

    position: int
    """The last write that is applied."""

    lag: int
    """Writes that are not."""

    snapshot_time: datetime | None
    """When the copy on disk was written."""

    snapshot_template_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compaction:
    """What a compaction brought."""

    tombstone_count: int
    """Those that are gone."""

    template_count: int
    index_bytes_before: int
    index_bytes_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMeasured:
    """What a way of searching is worth on a collection."""

    plan: IndexPlan
    recall_at_1: float
    """Share of probes whose nearest template comes first. Range [0, 1]."""

    recall_at_10: float
    """Share of the ten nearest templates that are among ten. Range [0, 1]."""

    latency_ms: float
    """Of a probe alone."""

    batched_latency_ms: float
    """Of each of 64 probes at once."""

    index_bytes: int
    measured_count: int
    plan_count: int
    chosen: bool
    """True in the last answer, which repeats the plan that was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """What templates are encrypted with where they are kept."""

    key_id: str
    """Of the key in use; `unsealed` if they are not encrypted."""

    older_key_ids: Sequence[str]
    """Of other keys, which some may still be encrypted with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resealing:
    """How far an encryption with another key is."""

    key_id: str
    template_count: int
    """Templates that were looked at."""

    resealed_count: int
    """Those that were encrypted anew."""

    done: bool
    older_key_ids: Sequence[str]
    """In the end: keys that replicas used meanwhile."""
