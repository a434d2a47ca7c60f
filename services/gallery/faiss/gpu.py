"""First stages on a GPU. Never run where this was written: there is no GPU.

FAISS's GPU indexes are not safe to use from several threads, cannot remove, and some
builds ignore selectors: one thread makes all calls, and they only find candidates. An
index that nobody needs is freed by the thread that lets go of it last.
"""

import concurrent.futures
from collections.abc import Callable
from typing import Any

import faiss
from typing_extensions import override

from faces.embedding import Vectors
from meshkit.config import ConfigError
from services.gallery.faiss.stage import FirstStage, probing, written
from services.gallery.plan import Plan
from services.gallery.records import Keys

Move = Callable[[Any], Any]
"""From an empty trained index to the same index on the GPU."""


class Gpu:
    """Has the thread that all calls of the GPU are made on."""

    def __init__(self, move: Move | None = None) -> None:
        """Prepare a GPU.

        Args:
            move: How an index gets there; FAISS's own way if None.

        Raises:
            ConfigError: There is no GPU, or this build of FAISS knows none.
        """
        self._thread = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="gpu")
        self._move = move or self._thread.submit(_mover).result()

    def stage(self, trained: Any, plan: Plan) -> FirstStage:
        """Move an empty first stage to the GPU."""
        learned = written(trained)
        moved = self._thread.submit(self._move, probing(trained, plan)).result()
        return _GpuStage(moved, plan, learned, self._thread)

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown()


class _GpuStage(FirstStage):
    most = 2048

    def __init__(
        self, moved: Any, plan: Plan, learned: bytes, thread: concurrent.futures.ThreadPoolExecutor
    ) -> None:
        super().__init__(moved, plan, learned)
        self._thread = thread

    @property
    @override
    def code_bytes(self) -> int:
        return 0  # encoding again is faster than fetching

    @property
    @override
    def nbytes(self) -> int:
        return len(self.learned)  # of this process's memory

    @override
    def add(self, vectors: Vectors) -> None:
        self._thread.submit(super().add, vectors).result()

    @override
    def candidates(self, probes: Vectors, count: int) -> Keys:
        return self._thread.submit(super().candidates, probes, count).result()


def _mover() -> Move:
    count = getattr(faiss, "get_num_gpus", lambda: 0)()
    if not count or not hasattr(faiss, "StandardGpuResources"):
        raise ConfigError(
            "index=faiss_gpu needs a GPU and a FAISS built for it; install faiss-gpu, or set "
            "index=faiss"
        )
    resources, options = faiss.StandardGpuResources(), faiss.GpuClonerOptions()
    options.useFloat16 = True  # flat codes: half the memory; the host scores exactly
    return lambda index: faiss.index_cpu_to_gpu(resources, 0, index, options)
