"""Qdrant's engine as it is embedded in Python: no server and no network, which only helps it.

    PYTHON -m bench.gallery.peers.qdrant FOLDER PROBES

Runs in an environment of its own, which `make bench-gallery` makes.
"""

import asyncio
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from qdrant_edge import (
    Distance,
    EdgeConfig,
    EdgeOptimizersConfig,
    EdgeShard,
    EdgeVectorParams,
    HnswIndexConfig,
    Point,
    Query,
    QueryRequest,
    SearchParams,
    UpdateOperation,
)
from rich.console import Console
from rich.progress import Progress
from typing_extensions import override

from bench.gallery.lines import BEST, Side, Vectors, serve
from bench.gallery.peers import CANDIDATES, DEGREE

_BATCH = 2048

_THREADS = 16

_DONE = "indexed"


class Qdrant(Side):
    """HNSW, with the graph of all peers; one segment, which finds most."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shard: EdgeShard | None = None
        self._threads = ThreadPoolExecutor(_THREADS)

    @override
    async def fill(self, templates: Vectors) -> None:
        path = self._folder / "shard"
        if (self._folder / _DONE).exists():
            self._shard = EdgeShard.load(str(path))
            return
        path.mkdir(parents=True)
        shard = self._shard = EdgeShard.create(str(path), _config(templates.shape[1]))
        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task("qdrant", total=len(templates))
            for start in range(0, len(templates), _BATCH):
                block = templates[start : start + _BATCH].tolist()
                points = [Point(start + number, vector) for number, vector in enumerate(block)]
                shard.update(UpdateOperation.upsert_points(points))
                progress.advance(task, len(block))
        shard.optimize()
        shard.flush()
        (self._folder / _DONE).touch()

    @override
    async def search(self, probe: Vectors, effort: int) -> Sequence[int]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._search, probe, effort)

    def _search(self, probe: Vectors, effort: int) -> list[int]:
        if self._shard is None:
            raise AssertionError("nothing was filled in")
        request = QueryRequest(
            limit=BEST, query=Query.Nearest(probe.tolist()), params=SearchParams(hnsw_ef=effort)
        )
        return [int(point.id) for point in self._shard.query(request)]


def _config(dimension: int) -> EdgeConfig:
    hnsw = HnswIndexConfig(m=DEGREE, ef_construct=CANDIDATES, full_scan_threshold=10_000)
    return EdgeConfig(
        vectors=EdgeVectorParams(size=dimension, distance=Distance.Dot),
        hnsw_config=hnsw,
        optimizers=EdgeOptimizersConfig(default_segment_number=1, max_segment_size=10_000_000),
    )


def main() -> None:
    """Answer lines until there is none."""
    folder, probes = map(Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(Qdrant(folder), probes))


if __name__ == "__main__":
    main()
