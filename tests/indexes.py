"""Indexes in tests: one of each kind, and vectors that resemble one another."""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from faces.embedding import normalize
from services.gallery.exact import ExactIndexes
from services.gallery.faiss import FaissIndexes
from services.gallery.index import Index
from services.gallery.milvus import MilvusIndexes
from services.gallery.milvus.link import Link
from services.gallery.plan import Plan
from services.gallery.records import Collection
from tests.galleries import CONTRACT, STAFF, unit_vectors

Make = Callable[[int], Index]
"""An empty index for vectors of some length."""

FP32, FP16, INT8 = Plan(storage="fp32"), Plan(storage="fp16"), Plan(storage="int8")
TWO_STAGES = Plan(storage="fp16", first_stage="PQ4x4fs", shortlist=32)
"""For vectors of 8 numbers."""

GRAPH = Plan(storage="fp32", first_stage="HNSW,M=16,efConstruction=100", shortlist=512)
CELLS = Plan(storage="fp32", first_stage="IVF_FLAT,nlist=8", shortlist=1, nprobe=8)


def a_collection(dimension: int, key: int = 1, **fields: object) -> Collection:
    """An empty collection."""
    made = Collection(
        key=key,
        collection_id=STAFF,
        contract_id=CONTRACT,
        dimension=dimension,
        person_count=0,
        template_count=0,
        created_us=1_700_000_000_000_000,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # checked by the dataclass


def exact(dimension: int) -> Index:
    """The reference."""
    return ExactIndexes().opened(a_collection(dimension), 0)


def faiss(plan: Plan) -> Make:
    """FAISS by a plan; a first stage learns from random directions."""

    def make(dimension: int) -> Index:
        sample = unit_vectors(2000, dimension, seed=99)
        return FaissIndexes().make(a_collection(dimension), plan, sample)

    return make


def milvus(plan: Plan) -> Make:
    """Milvus by a plan, in the light edition: one server for all tests of this process."""

    def make(dimension: int) -> Index:
        return MilvusIndexes(milvus_link(), gallery="tests").make(
            a_collection(dimension), plan, np.empty((0, dimension), np.float32)
        )

    return make


@functools.cache
def milvus_link() -> Link:
    """The server that this process's tests share."""
    folder = tempfile.mkdtemp(prefix="sureface-milvus-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Link(f"{folder}/light.db", timeout_s=60)


def faces(
    count: int, dimension: int = 64, *, people: int = 500, seed: int = 0
) -> NDArray[np.float32]:
    """Unit vectors in clusters, of which most fill few of their dimensions.

    Row n is of person n % people, whoever draws it with the same seed for the people.
    """
    random, drawn = np.random.default_rng(7), np.random.default_rng(seed)
    axes = random.standard_normal((dimension // 2, dimension)) / dimension**0.5
    centres = random.standard_normal((people, dimension // 2)) @ axes
    spread = 0.8 * drawn.standard_normal((count, dimension // 2)) @ axes
    raw = centres[np.arange(count) % people] + spread
    return normalize(raw.astype(np.float32)).unit
