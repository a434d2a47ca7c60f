"""Makes FAISS indexes: new ones, or what snapshots hold."""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import faiss
import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery.faiss import frozen, plans
from services.gallery.faiss.gpu import Gpu
from services.gallery.faiss.index import FaissIndex
from services.gallery.faiss.rows import Rows
from services.gallery.faiss.stage import FirstStage, probing, read, teach, written
from services.gallery.faiss.storage import quantizer
from services.gallery.fitting import suits
from services.gallery.index import Index, Indexes, Saved
from services.gallery.plan import Plan
from services.gallery.records import Collection, Keys
from services.gallery.snapshots import BlockFile, Folder, Manifest, Unreadable

log = logging.getLogger(__name__)


class FaissIndexes(Indexes):
    """Implements `Indexes`; on a GPU if it is given one."""

    def __init__(
        self, *, threads: int = 1, snapshots: Folder | None = None, gpu: Gpu | None = None
    ) -> None:
        self.kind = "faiss_gpu" if gpu else "faiss"
        self._threads = threads
        self._snapshots = snapshots
        self._gpu = gpu

    @override
    def plan(self, count: int) -> Plan:
        return plans.plan_for(count, gpu=self._gpu is not None)

    @override
    def plans(self, count: int) -> list[Plan]:
        return plans.plans_for(count, gpu=self._gpu is not None)

    @override
    def fits(self, plan: Plan, count: int) -> bool:
        return plans.suits(plan, count)

    @override
    def make(self, collection: Collection, plan: Plan, sample: Vectors) -> FaissIndex:
        """Make an index: see `Indexes.make`. `index.plan` is what the sample allows."""
        faiss.omp_set_num_threads(self._threads)
        able = plans.learnable(plan, sample)
        if able != plan:
            log.info("collection %d: %s instead of %s", collection.key, able, plan)
        rows = Rows(quantizer(collection.dimension, able.storage, sample))
        stage = self._stage(teach(able, sample), able) if able.first_stage else None
        return FaissIndex(able, rows, stage, asked=plan, threads=self._threads)

    @override
    def opened(self, collection: Collection, count: int) -> FaissIndex:
        file = self._file(collection, count)
        if file and self._snapshots:
            try:
                return self._thawed(file)
            # Of a plan that is not what it was, or FAISS's.
            except (Unreadable, OSError, ValueError, RuntimeError) as error:
                self._snapshots.discard(collection.key, str(error))
        # A first stage would need a sample: the caller makes another index once it has one.
        nothing = np.empty((0, collection.dimension), np.float32)
        return self.make(collection, plans.EXACT, nothing)

    @override
    def save(
        self, index: Index, collection: Collection, lock: AbstractContextManager[object]
    ) -> None:
        if self._snapshots and isinstance(index, FaissIndex):
            frozen.save(index, collection, lock, self._snapshots)

    @override
    def saved(self, collection: int) -> Saved | None:
        return self._snapshots.saved(collection) if self._snapshots else None

    @override
    def erase(self, collection: int, templates: Keys) -> None:
        if self._snapshots:
            self._snapshots.erase(collection, templates)

    @override
    def keep(self, collections: Sequence[int]) -> None:
        if self._snapshots:
            self._snapshots.keep(collections)

    @override
    def close(self) -> None:
        if self._gpu:
            self._gpu.close()

    def _file(self, collection: Collection, count: int) -> BlockFile | None:
        def fits(manifest: Manifest) -> bool:
            try:
                asked = Plan.load(manifest.asked)
            except ValueError:  # plans are not what they were
                return False
            fits = suits(asked, collection.plan, self, count)
            return fits and frozen.belongs(manifest, collection)

        return self._snapshots.open(collection.key, fits) if self._snapshots else None

    def _thawed(self, file: BlockFile) -> FaissIndex:
        plan, asked = Plan.load(file.manifest.plan), Plan.load(file.manifest.asked)
        rows, codes = frozen.thawed(file)
        stage = self._stage(read(file.manifest.parts[1]), plan) if plan.first_stage else None
        index = FaissIndex(plan, rows, stage, asked=asked, threads=self._threads)
        index.compress(codes)
        return index

    def _stage(self, trained: Any, plan: Plan) -> FirstStage:
        if self._gpu:
            return self._gpu.stage(trained, plan)
        return FirstStage(probing(trained, plan), plan, written(trained))
