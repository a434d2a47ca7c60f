"""Which index Milvus builds for a collection, as a plan: `HNSW,M=16,efConstruction=200`."""

import re
from dataclasses import dataclass, replace
from typing import Any

from services.gallery.plan import Plan

FLAT = Plan(storage="fp32")
"""Milvus scans all vectors."""

HNSW = Plan(storage="fp32", first_stage="HNSW,M=32,efConstruction=200", shortlist=512)
"""A graph; its shortlist is the breadth of the walk, `ef`."""

SMALL = 20_000
"""Up to so many templates, all are scanned."""

_SLACK = 2
"""A plan suits until a collection is so many times too large or too small for it."""

_BREADTHS = {
    "HNSW": "ef",
    "HNSW_SQ": "ef",
    "DISKANN": "search_list",
    "SCANN": "reorder_k",
    "GPU_CAGRA": "itopk_size",
}
"""What the shortlist is called, for index types that have one."""

_TYPES = {"FLAT", "IVF_FLAT", "IVF_SQ8", "GPU_BRUTE_FORCE", "GPU_IVF_FLAT", *_BREADTHS}
_SCANS = {"FLAT", "GPU_BRUTE_FORCE"}
_LOSSY = {"IVF_SQ8", "HNSW_SQ", "SCANN", "DISKANN"}

_WRITTEN = re.compile(r"([A-Z0-9_]+)((?:,\w+=\d+)*)")

_VARIANTS = (
    FLAT,
    replace(HNSW, shortlist=128),
    replace(HNSW, shortlist=256),
    HNSW,
    replace(HNSW, shortlist=1024),
    Plan(storage="fp32", first_stage="IVF_FLAT,nlist=1024", shortlist=1, nprobe=128),
    Plan(storage="fp32", first_stage="IVF_FLAT,nlist=1024", shortlist=1, nprobe=256),
)
"""Those of GPUs are for operators to name: Milvus refuses them without one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An index as Milvus knows it."""

    name: str
    params: dict[str, int]

    @property
    def exact(self) -> bool:
        """Whether it scans all vectors."""
        return self.name in _SCANS

    @property
    def rounding(self) -> float:
        """More than its similarities differ from those of the vectors."""
        return 0.05 if self.name in _LOSSY else 1e-5


def kind(plan: Plan) -> Kind | None:
    """The index of a plan; None if it is of another kind of gallery, as FAISS's are."""
    written = _WRITTEN.fullmatch(plan.first_stage or "FLAT")
    if not written or written[1] not in _TYPES or plan.storage != "fp32":
        return None
    pairs = [pair.split("=") for pair in written[2].split(",")[1:]]
    return Kind(written[1], {name: int(number) for name, number in pairs})


def breadth(plan: Plan, kind: Kind, count: int) -> dict[str, Any]:
    """Parameters of a search for so many candidates; no breadth may be below that."""
    params: dict[str, Any] = {}
    if plan.nprobe:
        params["nprobe"] = plan.nprobe
    if kind.name in _BREADTHS:
        wanted = max(plan.shortlist, count)
        # CAGRA takes multiples of 32 only.
        params[_BREADTHS[kind.name]] = -(-wanted // 32) * 32
    return params


def plan_for(count: int) -> Plan:
    """The plan of a collection that nobody tuned."""
    return FLAT if count <= SMALL else HNSW


def plans_for(count: int) -> list[Plan]:
    """What is worth measuring."""
    return [FLAT] if count <= SMALL // _SLACK else list(_VARIANTS)


def suits(plan: Plan, count: int) -> bool:
    """Whether a plan may be kept: sizes near the line suit both of its sides."""
    made = kind(plan)
    if made is None:
        return False
    return count <= _SLACK * SMALL if made.exact else count >= SMALL // _SLACK
