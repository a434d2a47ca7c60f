"""Milvus in its light edition: a server of its own, and callers with its own client.

python -m bench.gallery.peers.milvus FOLDER PROBES
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pymilvus import DataType, MilvusClient
from rich.console import Console
from rich.progress import Progress
from typing_extensions import override

from bench.gallery.lines import BEST, Side, Vectors, serve
from bench.gallery.peers import CANDIDATES, DEGREE

_NAME = "crowd"

_BATCH = 2048

_THREADS = 16

_START_S = 30.0


class Milvus(Side):
    """HNSW, with the graph of all peers."""

    def __init__(self, address: str, folder: Path) -> None:
        self._folder = folder
        self._client = MilvusClient(uri=f"http://{address}", timeout=3600)
        self._threads = ThreadPoolExecutor(_THREADS)

    @override
    async def fill(self, templates: Vectors) -> None:
        if not self._client.has_collection(_NAME):
            self._create(templates.shape[1])
            self._insert(templates)
        self._client.load_collection(_NAME)
        await asyncio.to_thread(self._settle)

    @override
    async def search(self, probe: Vectors, effort: int) -> Sequence[int]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._search, probe, effort)

    def _create(self, dimension: int) -> None:
        schema = self._client.create_schema(auto_id=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        index = self._client.prepare_index_params()
        # Twice, or milvus-lite 3.2 passes over them.
        parameters = {"params": {"M": DEGREE, "efConstruction": CANDIDATES}}
        index.add_index("vector", index_type="HNSW", metric_type="IP", params=parameters)
        self._client.create_collection(_NAME, schema=schema, index_params=index)

    def _insert(self, templates: Vectors) -> None:
        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task("milvus-lite", total=len(templates))
            for start in range(0, len(templates), _BATCH):
                block = templates[start : start + _BATCH]
                rows = [{"id": start + n, "vector": vector} for n, vector in enumerate(block)]
                self._client.insert(_NAME, rows)
                progress.advance(task, len(block))
        # Rows that are not flushed are scanned in Python.
        self._client.flush(_NAME)

    def _settle(self) -> None:
        # It says that it has finished while it builds, and scans all vectors meanwhile.
        while self._count("*.parquet") > self._count("*.idx"):
            time.sleep(1)

    def _count(self, pattern: str) -> int:
        names = self._folder.rglob(pattern)
        return sum(name.name.startswith("data_") for name in names)

    def _search(self, probe: Vectors, effort: int) -> list[int]:
        parameters = {"metric_type": "IP", "params": {"ef": effort}}
        [hits] = self._client.search(_NAME, [probe], limit=BEST, search_params=parameters)
        return [int(hit["id"]) for hit in hits]


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run milvus-lite on a folder while the block runs; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command: list[Any] = [Path(sys.executable).with_name("milvus-lite"), "server"]
    command += ["--data-dir", folder, "--host", "127.0.0.1", "--port", str(port)]
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen([*command, "--max-workers", "16"], stdout=log, stderr=log) as process,
    ):
        try:
            _await(port)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def _await(port: int) -> None:
    """Return once somebody listens."""
    ends = time.monotonic() + _START_S
    while time.monotonic() < ends:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("milvus-lite does not start")


def main() -> None:
    """Answer lines until there is none."""
    folder, probes = map(Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    with server(folder) as address:
        asyncio.run(serve(Milvus(address, folder), probes))


if __name__ == "__main__":
    main()
