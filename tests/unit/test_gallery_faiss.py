"""The FAISS index: two stages, storages, the GPU's owner."""

import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import psutil
import pytest

from meshkit.config import ConfigError
from services.gallery.faiss import FaissIndex, FaissIndexes
from services.gallery.faiss.gpu import Gpu
from services.gallery.faiss.plans import GPU, TWO_STAGES
from services.gallery.plan import Plan
from tests.indexes import a_collection, faces

COUNT = 20_000
NOTHING = np.empty((0, 64), np.float32)


def filled(plan: Plan, indexes: FaissIndexes | None = None, count: int = COUNT) -> FaissIndex:
    """An index of face-like vectors of 64 numbers, keys from 1."""
    stored = faces(count)
    index = (indexes or FaissIndexes()).make(a_collection(64), plan, stored[::4])
    for start in range(0, count, 3000):
        some = stored[start : start + 3000]
        index.add(np.arange(start + 1, start + 1 + len(some)), some)
    return index


def recall(found: Any, truth: Any) -> float:
    """Share of the true keys that were found."""
    return float(
        np.mean([len(np.intersect1d(a, b)) / len(b) for a, b in zip(found, truth, strict=True)])
    )


@pytest.fixture(name="truth", scope="module")
def _truth() -> tuple[Any, Any]:
    """Probes, and the ten keys nearest to each."""
    probes = faces(200, seed=5)
    return probes, np.argsort(-probes @ faces(COUNT).T, axis=1)[:, :10] + 1


@pytest.mark.parametrize("storage", ["fp32", "fp16"])
@pytest.mark.parametrize("first_stage", ["PQ32x4fs", "PCAR32,PQ16x4fs", "IVF32,PQ32x4fs", "Flat"])
def test_two_stages_find_the_nearest(
    first_stage: str, storage: Any, truth: tuple[Any, Any]
) -> None:
    """A first stage and exact scores find what a scan finds, nearly always."""
    probes, nearest = truth
    index = filled(Plan(storage=storage, first_stage=first_stage, shortlist=300, nprobe=24))

    found = index.nearest(probes, 10).keys

    assert (False, COUNT) == (index.exact, index.stage.count if index.stage else 0)
    assert recall(found[:, :1], nearest[:, :1]) >= 0.99
    assert recall(found, nearest) >= 0.98


def test_a_first_stage_narrows_the_search(truth: tuple[Any, Any]) -> None:
    """Few candidates of a coarse first stage lose somebody: it is really what searches."""
    probes, nearest = truth
    index = filled(Plan(first_stage="PQ4x4fs", shortlist=1))

    assert recall(index.nearest(probes, 10).keys, nearest) < 0.9


def test_removed_templates_do_not_crowd_the_shortlist(truth: tuple[Any, Any]) -> None:
    """With most templates removed, the others are still found."""
    probes, _ = truth
    index = filled(Plan(first_stage="PQ32x4fs", shortlist=100))
    index.remove(np.arange(1, COUNT + 1)[np.arange(COUNT) % 5 > 0])
    kept = np.arange(1, COUNT + 1, 5)

    nearest = kept[np.argsort(-probes @ faces(COUNT)[::5].T, axis=1)[:, :10]]

    assert recall(index.nearest(probes, 10).keys, nearest) >= 0.98


@pytest.mark.parametrize("count", [COUNT // 4, COUNT])
def test_many_candidates_are_found_by_scoring_all(count: int, truth: tuple[Any, Any]) -> None:
    """Who asks for a large share of an index gets an exact answer."""
    probes, _ = truth
    index = filled(Plan(storage="fp32", first_stage="PQ4x4fs", shortlist=1))

    found = index.nearest(probes[:3], count)

    order = np.argsort(-probes[:3] @ faces(COUNT).T, axis=1)[:, :count] + 1
    assert recall(found.keys, order) >= 0.999


def test_a_batch_shares_one_scan_and_finds_what_probes_find_alone() -> None:
    """With a first stage, too, company changes nothing."""
    index = filled(Plan(first_stage="PCAR32,PQ16x4fs", shortlist=300))
    probes = faces(70, seed=6)

    together = index.nearest(probes, 10)

    alone = np.concatenate([index.nearest(probe[None], 10).keys for probe in probes])
    np.testing.assert_array_equal(alone, together.keys)


@pytest.mark.parametrize(
    ("storage", "error"),
    [
        pytest.param("fp32", 0.0, id="nothing is lost"),
        pytest.param("fp16", 2.5e-4, id="11 bits"),
        pytest.param("int8", 6e-3, id="256 steps"),
    ],
)
def test_vectors_come_back_as_precise_as_they_are_stored(storage: Any, error: float) -> None:
    """With a sample or without one."""
    for sample in (faces(2000, seed=3), NOTHING):
        index = FaissIndexes().make(a_collection(64), Plan(storage=storage), sample)
        index.add(np.arange(1, 5001), faces(5000))

        kept = index.vectors(np.array([4999, 17, 17]))

        assert np.abs(kept - faces(5000)[[4998, 16, 16]]).max() <= error


def test_a_removed_vector_is_overwritten_at_once() -> None:
    """Nothing of it is left in the rows."""
    index = filled(Plan(), count=3000)
    index.remove(np.array([7]))

    np.testing.assert_array_equal(0, index.vectors(np.array([7])))
    np.testing.assert_array_equal([7], np.flatnonzero(index.rows.gone) + 1)


@pytest.mark.parametrize("first_stage", ["PQ32x4fs", "PCAR32,PQ16x4fs", "PQ64x4fs"])
def test_a_removed_code_is_overwritten_at_once(first_stage: str) -> None:
    """A first stage keeps nothing of who is gone, and everything of the others."""
    index = filled(Plan(first_stage=first_stage, shortlist=100), count=5001)
    assert index.stage
    before = index.stage.codes(0, 5001)
    index.remove(np.array([7, 33, 5001]))
    after = index.stage.codes(0, 5001)
    index.add(np.array([5002]), faces(5002)[5001:])

    gone = np.array([6, 32, 5000])
    kept = np.setdiff1d(np.arange(5001), gone)
    np.testing.assert_array_equal(before[kept], after[kept])
    assert 1 == len(np.unique(after[gone], axis=0))
    held = {code.tobytes() for code in index.stage.codes(0, 5002)}
    assert not held & {code.tobytes() for code in before[gone]}


def grown_and_stated() -> tuple[int, int]:
    """How much this process, and what the index says that it takes, grow by 50,000 vectors."""
    stored = faces(50_000, 512)
    index = FaissIndexes().make(a_collection(512), TWO_STAGES, stored[::10])
    process = psutil.Process()
    before, stated = process.memory_info().rss, index.memory_bytes()
    for start in range(0, 50_000, 5000):
        index.add(np.arange(start + 1, start + 5001), stored[start : start + 5000])
    return process.memory_info().rss - before, index.memory_bytes() - stated


def test_memory_is_what_the_process_takes() -> None:
    """The stated memory is close to the growth of a process; of a new one, for others may reuse
    what their past left free."""
    new = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=new) as processes:
        grown, stated = processes.submit(grown_and_stated).result()

    assert 0.8 <= grown / stated <= 1.6


def test_a_gpu_that_is_not_there_is_an_error_at_start() -> None:
    """Asking for a GPU and getting the processor is never silent."""
    with pytest.raises(ConfigError, match="index=faiss_gpu needs a GPU"):
        Gpu()


def test_one_thread_owns_the_gpu(truth: tuple[Any, Any]) -> None:
    """First stages go there empty, and every call is made on the same thread."""
    moved: list[int] = []
    callers: set[str] = set()

    class Recorded:
        """An index that remembers who calls it."""

        def __init__(self, index: Any) -> None:
            moved.append(index.ntotal)
            callers.add(threading.current_thread().name)
            self.index = index

        @property
        def ntotal(self) -> int:
            return int(self.index.ntotal)

        def add(self, vectors: Any) -> None:
            callers.add(threading.current_thread().name)
            self.index.add(vectors)

        def search(self, probes: Any, count: int) -> Any:
            callers.add(threading.current_thread().name)
            return self.index.search(probes, count)

    gpu = Gpu(Recorded)
    indexes = FaissIndexes(gpu=gpu)
    index = filled(GPU, indexes)
    probes, nearest = truth

    found = index.nearest(probes, 10)

    indexes.close()
    assert not callers & {thread.name for thread in threading.enumerate()}
    assert ("faiss_gpu", GPU, [0], 1) == (indexes.kind, indexes.plan(COUNT), moved, len(callers))
    assert threading.current_thread().name not in callers
    assert recall(found.keys, nearest) >= 0.99
