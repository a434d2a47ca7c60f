"""Which plan suits a collection of a given size. Numbers: 1M x 512 face embeddings, one
thread of two AVX-512 cores; a scan of fp32 takes 144 ms there, and one of fp16 75.

Embeddings of a face model fill fewer dimensions than they have: of ours about 200.
"""

from dataclasses import replace

import numpy as np

from faces.embedding import Vectors
from services.gallery.faiss.stage import LEAST_SAMPLE, possible
from services.gallery.plan import Plan

SMALL = 10_000
"""Up to so many templates, all are scored: 0.7 ms, and nothing to learn."""

EXACT = Plan(storage="fp32")
"""In fp32, because a batch is one matrix product: fp16 takes half the time for a probe
alone, but the same again for each further one."""

TWO_STAGES = Plan(storage="fp16", first_stage="PCAR160,PQ80x4fs", shortlist=1000)
"""2.5 ms, 40 bytes a template: recall@1 1.0, recall@10 .9992, of degraded probes, too.
In fp32 that were .9996, at twice the memory."""

GPU = Plan(storage="fp16", first_stage="Flat", shortlist=64)
"""All vectors in fp16 on the GPU, too; the host scores what it finds."""

_VARIANTS = (
    Plan(storage="fp16"),
    Plan(storage="int8"),
    replace(TWO_STAGES, shortlist=500),
    TWO_STAGES,
    replace(TWO_STAGES, storage="fp32"),
    Plan(storage="fp16", first_stage="PCAR192,PQ96x4fs", shortlist=500),
    Plan(storage="fp16", first_stage="PCAR128,PQ64x4fs", shortlist=1000),
    Plan(storage="fp16", first_stage="PQ128x4fs", shortlist=1000),
    Plan(storage="fp16", first_stage="PQ256x4fs", shortlist=1000),
)

_CELLS = 1_000_000
"""From so many templates on, `tune` tries inverted files. No size gets one unasked: face
vectors have no cells. At 1M, visiting 256 of 1024 cells finds .979 in .8 of the time."""

_SLACK = 2
"""An exact plan suits until a collection is so many times too large for it."""

_LOST = 0.001
"""Most of the variance that a first stage may leave out."""


def plan_for(count: int, *, gpu: bool) -> Plan:
    """The plan of a collection that nobody tuned."""
    if count <= SMALL:
        return EXACT
    return GPU if gpu else TWO_STAGES


def plans_for(count: int, *, gpu: bool) -> list[Plan]:
    """What is worth measuring."""
    if count < LEAST_SAMPLE:
        return [EXACT, *_VARIANTS[:2]]
    if gpu:
        flat = [EXACT, GPU, replace(GPU, shortlist=512)]
        cells = Plan(storage="fp16", first_stage="IVF1024,SQfp16", shortlist=512, nprobe=128)
        return [*flat, cells, replace(cells, nprobe=512)]
    cells = Plan(storage="fp16", first_stage="PCAR160,IVF1024,PQ80x4fs", shortlist=1000, nprobe=256)
    inverted = [cells, replace(cells, nprobe=512)] if count >= _CELLS else []
    return [EXACT, *_VARIANTS, *inverted]


def suits(plan: Plan, count: int) -> bool:
    """Whether a plan may be kept: sizes near the line suit both of its sides."""
    if plan.first_stage:
        return count >= SMALL // _SLACK
    return count <= _SLACK * SMALL


def learnable(plan: Plan, sample: Vectors) -> Plan:
    """Fit a plan to the vectors that a sample of shape (n, d) shows.

    A first stage that nobody chose keeps as many principal directions as matter, and one
    that vectors of this length cannot have is replaced. Too small a sample teaches nothing.
    """
    if not plan.first_stage:
        return plan
    if len(sample) < LEAST_SAMPLE:
        return Plan(storage=plan.storage)
    dimension = sample.shape[1]
    if plan != TWO_STAGES and possible(plan, dimension):
        return plan
    return replace(plan, first_stage=_first_stage(_directions(sample), dimension), nprobe=0)


def _directions(sample: Vectors) -> int:
    """Principal directions that hold all of a sample's variance but `_LOST`."""
    some = sample[:: max(1, len(sample) // 8192)].astype(np.float64)
    covariance = np.atleast_2d(np.cov(some, rowvar=False))  # of one number, it has no shape
    variances = np.linalg.eigvalsh(covariance)[::-1]
    return int(np.searchsorted(np.cumsum(variances), (1 - _LOST) * variances.sum())) + 1


def _first_stage(needed: int, dimension: int) -> str:
    """Two dimensions a code of 4 bits, after a rotation if that leaves some out."""
    kept = -(-needed // 32) * 32
    if kept < dimension:
        return f"PCAR{kept},PQ{kept // 2}x4fs"
    return f"PQ{dimension // 2 if dimension % 2 == 0 else dimension}x4fs"
