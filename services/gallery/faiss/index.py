"""The index that serves: FAISS over vectors that are ours.

Either every row is scored, or a compressed first stage finds candidates and they are
scored. Both give the same similarities.
"""

import faiss
import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery.faiss.rows import Found, Rows
from services.gallery.faiss.stage import FirstStage
from services.gallery.faiss.storage import Codes
from services.gallery.index import Index, Nearest
from services.gallery.plan import Plan
from services.gallery.records import Keys

_SHARED = 3
"""From so many probes on, one matrix product beats a scan for each, in fp32: at 131,072
templates of 512 numbers, 2 probes 47 against 37 ms, 3 alike, 16 probes 59 against 301 ms.
Products of our own blocks are no faster."""

_CHUNK = 16_384
"""Rows decoded at once: 32 MB with 512 numbers each."""


class FaissIndex(Index):
    """Implements `Index`. A removed template is overwritten, and its row takes room."""

    rounding = 1e-5
    exchange = 8  # measured: 2 for a probe alone, 40 for 64 that share the reading

    def __init__(
        self, plan: Plan, rows: Rows, stage: FirstStage | None, *, asked: Plan, threads: int
    ) -> None:
        """Put an index together.

        Args:
            plan: How `rows` and `stage` were made.
            asked: How they were to be made.
            rows: What it holds.
            stage: The same rows, compressed; None scores all of them for each probe.
            threads: Of one call. Probes share them; a probe alone uses one.
        """
        self.plan = plan
        self.asked = asked
        self.exact = stage is None
        self.rows = rows
        self.stage = stage
        self._threads = threads

    @override
    def __len__(self) -> int:
        return len(self.rows)

    @override
    def keys(self) -> Keys:
        return self.rows.keys.copy()

    @override
    def add(self, templates: Keys, vectors: Vectors) -> None:
        if not len(templates):  # which a first stage does not survive
            return
        faiss.omp_set_num_threads(self._threads)
        codes = self.rows.encode(vectors)
        if self.stage:
            self.stage.add(vectors)
        self.rows.append(templates, codes)

    @override
    def remove(self, templates: Keys) -> None:
        rows = self.rows.blank(templates)
        if self.stage:
            faiss.omp_set_num_threads(self._threads)
            self.stage.blank(rows)

    @override
    def nearest(self, probes: Vectors, count: int) -> Nearest:
        # The number of threads belongs to the calling thread, the way of scanning to the
        # process: set both each time. FAISS's own default never multiplies matrices.
        faiss.omp_set_num_threads(self._threads)
        faiss.cvar.distance_compute_blas_threshold = 1 if len(probes) >= _SHARED else 2**30
        rough, rows = self._found(probes, count)
        rough = np.where(rows < 0, np.float32(-np.inf), np.clip(rough, -1, 1))
        return Nearest(self.rows.keys_of(rows), rough)

    @override
    def vectors(self, templates: Keys) -> Vectors:
        faiss.omp_set_num_threads(self._threads)
        return self.rows.vectors(templates)

    @override
    def memory_bytes(self) -> int:
        return self.rows.nbytes + (self.stage.nbytes if self.stage else 0)

    def compress(self, codes: Codes) -> None:
        """Give an empty first stage all rows.

        Args:
            codes: What it made of them; shape (len, 0) if it must do so again.
        """
        faiss.omp_set_num_threads(self._threads)
        if not self.stage or not len(self):
            return
        if codes.shape[1] and codes.shape[1] == self.stage.code_bytes:
            self.stage.restore(codes)
            return
        for start in range(0, len(self), _CHUNK):
            self.stage.add(self.rows.decode(self.rows.codes[start : start + _CHUNK]))

    def _found(self, probes: Vectors, count: int) -> Found:
        shortlist = self.stage.shortlist(count, self.rows.removed) if self.stage else 0
        if not self.stage or not shortlist or not len(probes):
            return self.rows.scan(probes, count)
        lists = self.stage.candidates(probes, shortlist)
        scored = [
            self.rows.score(probe[None], rows, count)
            for probe, rows in zip(probes, lists, strict=True)
        ]
        return np.concatenate([s[0] for s in scored]), np.concatenate([s[1] for s in scored])
