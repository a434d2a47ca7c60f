"""Workers that die and come back, and the store that they share.

A worker is a process of its own, forked from one that has read all code already: it is back within
a moment, so most of the time is work.
"""

import asyncio
import multiprocessing as mp
import os
import random
import shutil
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.mesh.mesh import Mesh
from tests.processes import ROOT, environment
from tests.redises import RedisServer
from tests.workers import variables

WORKERS = 2

PART_FRAMES = 4
"""Few, so that a job has many parts, and a kill costs little."""

SETTINGS = {
    "PART_FRAMES": PART_FRAMES,
    # Short, so that most of the time is work.
    "LEASE_S": 3.0,
    # Nobody shall give a part up: that so many workers die of it is not its fault.
    "ATTEMPTS": 10_000,
    # More than a frame takes on a machine that has much else to do.
    "CALL_PATIENCE_S": 600,
}

_FORKS = mp.get_context("forkserver")


class Crew:
    """Workers, and the store that they share: each is started again once it was killed."""

    def __init__(self, running: Mesh, media: Path, server: RedisServer | None) -> None:
        self._server = server
        store = {"JOBS_REDIS": server.url} if server else {}
        # A copy: whoever works on the original meanwhile would change what is found.
        copy = shutil.copytree(ROOT / "models/calibrations", running.folder / "calibrations")
        self._variables = [
            variables(running, media, CALIBRATIONS=copy, **SETTINGS, **store)
            for _ in range(WORKERS)
        ]
        self._workers: list[BaseProcess] = []
        _FORKS.set_forkserver_preload(["gateway.worker.app", "gateway.jobs.redis"])

    def begin(self, count: int = WORKERS) -> None:
        """Start workers."""
        self._workers = [self._start(number) for number in range(count)]

    async def kill(self, chance: random.Random) -> str:
        """Kill one of them, or the store, and start it again; what it was."""
        if self._server and chance.random() < 1 / (1 + WORKERS):
            self._server.kill()
            await asyncio.to_thread(self._server.start)
            return "Redis"
        number = chance.randrange(len(self._workers))
        await self._end(self._workers[number])
        self._workers[number] = self._start(number)
        return "worker"

    async def end(self) -> None:
        """Let nobody stay."""
        for worker in self._workers:
            await self._end(worker)
        self._workers = []

    def _start(self, number: int) -> BaseProcess:
        given = self._variables[number]
        log = Path(f"{given['DATA']}.log")
        process = _FORKS.Process(
            target=_work, args=(environment("worker", **given), log), daemon=True
        )
        process.start()
        return process

    async def _end(self, worker: BaseProcess) -> None:
        worker.kill()
        await asyncio.to_thread(worker.join)


def _work(env: Mapping[str, str], log: Path) -> None:
    """What `python -m gateway.worker` does, in a process that was forked."""
    from gateway.worker.app import open_app  # noqa: PLC0415  # in the child, which has it
    from gateway.worker.config import Config  # noqa: PLC0415
    from meshkit.process import run  # noqa: PLC0415

    os.environ.clear()
    os.environ.update(env)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
    run("worker", Config, open_app)
