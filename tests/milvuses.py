"""Milvus in tests: a milvus-lite server of one's own, to be killed and emptied.

async with milvus_server(tmp_path) as server:
    async with service("gallery", INDEX="milvus", MILVUS_URI=server.uri, ...):
        await server.kill()
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from services.gallery.milvus.link import Link
from services.gallery.milvus.plans import Kind
from tests.galleries import Stub, add, create, names, search, stub, unit_vectors
from tests.processes import Process, service

START_S = 60
"""More than any start takes on a busy machine."""

PEOPLE = unit_vectors(40, 64, seed=9)
EVERYBODY = [f"p{number}" for number in range(30)]
SCANNED = Kind("FLAT", {})


class MilvusServer:
    """One server: its process, which may end, and its files, which stay."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self._process: asyncio.subprocess.Process | None = None

    @property
    def uri(self) -> str:
        """Where it is, also after another start."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Serve what is in the folder."""
        where = ("--data-dir", self._folder, "--host", "127.0.0.1", "--port", str(self._port))
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "milvus_lite", "server", *where),
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=PIPE,
            stderr=DEVNULL,
        )
        assert self._process.stdout
        async with asyncio.timeout(START_S):
            line = await self._process.stdout.readline()
        assert b"listening" in line, line

    async def kill(self) -> None:
        """End it at this very instant: SIGKILL."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """Let it answer nobody while the block runs: SIGSTOP."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def link(self) -> Iterator[Link]:
        """Connect to it past the gallery."""
        link = Link(self.uri)
        try:
            yield link
        finally:
            link.close()


@contextlib.asynccontextmanager
async def milvus_server(folder: Path) -> AsyncIterator[MilvusServer]:
    """Run a server while the block runs."""
    server = MilvusServer(folder / "milvus")
    try:
        await server.start()
        yield server
    finally:
        await server.kill()


@contextlib.asynccontextmanager
async def gallery_on(
    uri: object, folder: Path, **variables: object
) -> AsyncIterator[tuple[Process, Stub]]:
    """A gallery process over a file of its own and Milvus."""
    where = {"PATH": folder / "gallery.db", "INDEX": "milvus", "MILVUS_URI": uri}
    async with service("gallery", **where, **variables) as process, stub(process.port) as gallery:
        yield process, gallery


async def enrolled(gallery: Stub) -> None:
    """Thirty persons, of one template each."""
    await gallery.CreateCollection(create(dimension=64))
    for number, name in enumerate(EVERYBODY):
        labels = {"group": "day" if number % 2 else "night"}
        await gallery.AddTemplates(add(name, PEOPLE[number], labels=labels))


async def found(gallery: Stub, *, count: int = 30) -> list[str]:
    """The best candidate for each of the first persons."""
    reply = await gallery.SearchPersons(search(*PEOPLE[:count], limit=1))
    return [name for result in reply.results for name in names(result)]


def held(link: Link) -> dict[str, int]:
    """Collections in Milvus, and how many vectors each has."""
    return {name: len(link.keys(name, 1000)) for name in link.names()}
