"""How many tasks wait, told by a gateway: a process, with the store that workers would share."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from gateway.jobs.redis import redis_jobs
from gateway.jobs.sqlite import sqlite_jobs
from gateway.jobs.store import JobStore
from gateway.jobs.waiting import Waiting
from tests.jobs import begin, claimed, order
from tests.observed import free_ports, scraped
from tests.processes import Process, service
from tests.redises import RedisServer

NAME = "gateway_job_tasks_waiting"


class Told:
    """A gateway, and what it tells to whoever scrapes it."""

    def __init__(self, process: Process, port: int) -> None:
        self.process = process
        self._port = port

    async def until(self, fits: Callable[[float], bool]) -> None:
        """Scrape until the number fits; each scrape must be answered."""
        async with asyncio.timeout(120):
            while True:
                [family] = [each for each in await scraped(self._port) if each.name == NAME]
                [sample] = family.samples
                if fits(sample.value):
                    return
                await asyncio.sleep(0.2)


@contextlib.asynccontextmanager
async def gateway(folder: Path, **more: object) -> AsyncIterator[Told]:
    """Run a gateway that is scraped, and has no mesh, while the block runs."""
    [port] = free_ports(1)
    async with service("gateway", DATA=folder, METRICS_PORT=port, **more) as process:
        yield Told(process, port)


async def test_the_gateway_tells_what_waits_also_if_no_worker_runs(tmp_path: Path) -> None:
    """Jobs pile up, and are taken: the number goes with them."""
    file = tmp_path / "jobs.sqlite"
    async with gateway(tmp_path / "gateway", JOBS=file) as told:
        with sqlite_jobs(file) as adapter, ThreadPoolExecutor(1) as thread:
            jobs = JobStore(adapter, thread)
            await told.until(lambda number: number == 0)
            await begin(jobs, order(), parts=3)
            await told.until(lambda number: number == 3)  # its parts
            for _ in range(3):
                await claimed(jobs)
            await told.until(lambda number: number == 0)


async def test_what_is_unknown_is_not_told(tmp_path: Path, server: RedisServer) -> None:
    """A store that hangs delays no scrape and leaves no number; the log says so, once."""
    async with gateway(tmp_path / "gateway", JOBS_REDIS=server.url) as told:
        with redis_jobs(server.url) as adapter, ThreadPoolExecutor(1) as thread:
            await begin(JobStore(adapter, thread), order(), parts=3)
        await told.until(lambda number: number == 3)  # its parts
        server.freeze()
        await told.until(math.isnan)
        server.thaw()
        await told.until(lambda number: number == 3)  # its parts

    assert 1 == sum("it is unknown how many tasks wait" in line for line in told.process.lines)


async def test_a_number_is_never_older_than_the_last_look(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Before the first look, and after one that failed, there is none; one line says why."""
    with ThreadPoolExecutor(1) as thread:
        with sqlite_jobs(tmp_path / "jobs.sqlite") as adapter:
            jobs = JobStore(adapter, thread)
            await jobs.add(order())
            waiting, told = Waiting(jobs), [REGISTRY.get_sample_value(NAME)]
            await waiting.look()
            told.append(REGISTRY.get_sample_value(NAME))
        for _ in range(2):
            await waiting.look()
            told.append(REGISTRY.get_sample_value(NAME))

    assert ["nan", "1.0", "nan", "nan"] == [str(number) for number in told]
    [line] = caplog.messages
    assert "ERROR_REASON_STORE_UNAVAILABLE" in line
