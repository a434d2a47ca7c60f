"""Callers of the decision log wait for the disk together, and hear of it when it fails."""

import asyncio
import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from faces.errors import StoreUnavailable
from gateway.records.log import DecisionLog
from meshkit.chain import FOLDER, PLAIN, Head, verify
from tests.chains import TIME
from tests.records import kept


def record(number: int) -> dict[str, object]:
    return {"kind": "decision", "time": TIME, "n": number}


def numbers(data: Path) -> list[int]:
    """Of all records that are kept, once the chain is verified."""
    verify(data / FOLDER, PLAIN)
    return [each["n"] for each in kept(data)]


class Disk:
    """A disk that takes its time, or fails."""

    def __init__(self) -> None:
        self.waits = 0
        self.busy = threading.Event()
        """Set while somebody waits for it."""
        self._ready = threading.Event()
        self._ready.set()
        self._failure: OSError | None = None

    def stall(self) -> None:
        """Let who comes wait."""
        self._ready.clear()

    def go_on(self) -> None:
        """Let everybody through from now on."""
        self._ready.set()

    def fail_once(self) -> None:
        """Lose what is written next."""
        self._failure = OSError(errno.EIO, "input/output error")

    def sync(self, descriptor: int) -> None:
        self.waits += 1
        self.busy.set()
        assert self._ready.wait(20), "nobody let it go on"
        failure, self._failure = self._failure, None
        if failure:
            raise failure
        os.fsync(descriptor)


@pytest.fixture(name="disk")
def _disk() -> Disk:
    return Disk()


@pytest.fixture(name="log")
def _log(tmp_path: Path, disk: Disk) -> Iterator[DecisionLog]:
    """On that disk."""
    with DecisionLog(tmp_path, sync=disk.sync) as log:
        yield log


async def stalled(log: DecisionLog, disk: Disk, count: int) -> list["asyncio.Task[Head]"]:
    """One append that is being written, and others that wait meanwhile."""
    disk.stall()
    disk.busy.clear()
    tasks = [asyncio.create_task(log.append(record(0)))]
    await asyncio.to_thread(disk.busy.wait, 20)
    tasks += [asyncio.create_task(log.append(record(n))) for n in range(1, count)]
    await asyncio.sleep(0)  # until they wait, too
    return tasks


async def test_nobody_is_told_before_the_disk_has_it(
    tmp_path: Path, log: DecisionLog, disk: Disk
) -> None:
    """An append ends when its record is durable; who comes meanwhile shares the next wait."""
    before = disk.waits
    tasks = await stalled(log, disk, 10)
    assert not any(task.done() for task in tasks)

    disk.go_on()
    await asyncio.gather(*tasks)

    assert 2 == disk.waits - before
    assert list(range(10)) == numbers(tmp_path)


async def test_who_leaves_takes_nobody_along(tmp_path: Path, log: DecisionLog, disk: Disk) -> None:
    """A caller who hangs up costs the others nothing; what was decided is on record."""
    tasks = await stalled(log, disk, 4)
    tasks[0].cancel()
    tasks[2].cancel()
    done = await asyncio.gather(tasks[0], tasks[2], return_exceptions=True)

    disk.go_on()
    await asyncio.gather(tasks[1], tasks[3])

    assert [asyncio.CancelledError] * 2 == [type(each) for each in done]
    assert [0, 1, 2, 3] == numbers(tmp_path)


async def test_a_disk_that_fails_keeps_nothing(
    tmp_path: Path, log: DecisionLog, disk: Disk
) -> None:
    """Everybody of a lost write hears of it; the next one goes on from before."""
    disk.fail_once()
    tasks = await stalled(log, disk, 3)
    disk.go_on()
    lost, *others = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(lost, StoreUnavailable)
    assert [2, 3] == [head.position for head in others if isinstance(head, Head)]
    assert [1, 2] == numbers(tmp_path)


async def test_a_record_that_is_none_harms_nobody(tmp_path: Path, log: DecisionLog) -> None:
    """A bug of one caller is that caller's."""
    with pytest.raises(TypeError):
        await log.append({**record(1), "who": object()})
    await log.append(record(2))

    assert [2] == numbers(tmp_path)
