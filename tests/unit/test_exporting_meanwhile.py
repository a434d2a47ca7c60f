"""A log on its way out while it grows, loses old segments, and is asked for by many."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from faces.errors import LogBroken, QueueFull, StoreUnavailable
from gateway.records.exporting import Exporting, Wanted
from gateway.records.log import DecisionLog
from gateway.servicers.audit import AuditServicer
from meshkit.chain import Excerpt, Period
from meshkit.chain.segments import segments_behind
from sureface.audit.v1 import audit_pb2 as pb

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CONTEXT: Any = None
AT_ONCE = 8


async def append(log: DecisionLog, at: datetime = NOW) -> None:
    await log.append({"kind": "decision", "time": at.isoformat()})


async def places(exporting: Exporting, wanted: Wanted) -> list[int]:
    return [e.head.position async for part in exporting.parts(wanted) for e in part.entries]


def looked_for(monkeypatch: pytest.MonkeyPatch, after: Callable[[], None]) -> None:
    """Let something happen just after the segments of a chain were looked for."""

    def look(folder: Path, position: int) -> list[Path]:
        files = segments_behind(folder, position)
        after()
        return files

    monkeypatch.setattr("meshkit.chain.walking.segments_behind", look)


async def test_a_new_segment_is_no_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The head that is told is in the segments that are read, however fast new ones begin."""
    with DecisionLog(tmp_path, segment_bytes=1) as log:
        looked_for(monkeypatch, lambda: time.sleep(0.02))
        writes = [asyncio.ensure_future(append(log))]
        writes[0].add_done_callback(lambda _: writes.append(asyncio.ensure_future(append(log))))
        found = await places(Exporting(log), Wanted())
        await asyncio.gather(*writes)

    assert [*range(1, len(found) + 1)] == found


class Sweeping(Exporting):
    """Between looking for a period and handing it out, retention removes what is old."""

    def __init__(self, log: DecisionLog, sweep: Callable[[], Any]) -> None:
        super().__init__(log)
        self._sweep = sweep

    async def _found(self, *arguments: Any) -> Excerpt:
        found = await super()._found(*arguments)
        await self._sweep()
        return found


async def test_what_retention_removes_meanwhile_is_no_cut(tmp_path: Path) -> None:
    """The call fails as one that may be made again, and that one tells where the log begins."""
    now = NOW
    with DecisionLog(tmp_path, segment_bytes=1, days=2, clock=lambda: now) as log:
        await append(log)
        now = NOW + timedelta(days=3)
        await append(log, now)
        wanted = Wanted(period=Period(since=None, until=now + timedelta(hours=1)))
        with pytest.raises(StoreUnavailable):
            await places(Sweeping(log, log.sweep), wanted)

        assert 3 == (await places(Exporting(log), wanted))[0]


async def test_a_period_of_a_log_that_begins_with_its_second_record(tmp_path: Path) -> None:
    """That the first one was removed is said behind the period: it is no cut."""
    now = NOW
    with DecisionLog(tmp_path, segment_bytes=1, days=2, clock=lambda: now) as log:
        now = NOW + timedelta(days=3)
        await append(log, now)
        until = now = now + timedelta(hours=1)
        await log.sweep()
        wanted = Wanted(period=Period(since=None, until=until))

        assert [2] == await places(Exporting(log), wanted)


async def test_without_an_end_it_goes_to_the_head(tmp_path: Path) -> None:
    """Also if the last records are of an earlier time, as after a clock was set back."""
    with DecisionLog(tmp_path, clock=lambda: NOW) as log:
        for hour in (1, 3, 2):
            await append(log, NOW + timedelta(hours=hour))
        late = Wanted(period=Period(since=NOW + timedelta(hours=3), until=None))
        later = Wanted(period=Period(since=NOW + timedelta(hours=4), until=None))

        assert [3, 4] == await places(Exporting(log), late)
        assert [] == await places(Exporting(log), later)


async def test_a_record_without_a_time(tmp_path: Path) -> None:
    """Nobody knows whether it is of a period: that is told, by its place."""
    with DecisionLog(tmp_path, clock=lambda: NOW) as log:
        for text in ("2026-01-02T03:04:05", "2026"):
            await log.append({"kind": "decision", "time": text})
        period = Period(since=NOW, until=None)
        with pytest.raises(LogBroken, match="broken at record 2: it has no time"):
            await places(Exporting(log), Wanted(period=period))


async def test_a_folder_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is told without its name."""

    def refuse() -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    with DecisionLog(tmp_path) as log:
        looked_for(monkeypatch, refuse)
        with pytest.raises(StoreUnavailable) as failure:
            await places(Exporting(log), Wanted())

    assert str(tmp_path) not in str(failure.value)


async def test_some_run_at_once(tmp_path: Path) -> None:
    """One more is refused, as one that may come again; whoever leaves makes room at once."""
    with DecisionLog(tmp_path) as log:
        servicer = AuditServicer(Exporting(log))
        calls = [servicer.ExportRecords(pb.ExportRecordsRequest(), CONTEXT) for _ in range(AT_ONCE)]
        for call in calls:
            await anext(call)
        with pytest.raises(QueueFull) as failure:
            await anext(servicer.ExportRecords(pb.ExportRecordsRequest(), CONTEXT))
        await calls[0].aclose()
        [_] = [part async for part in servicer.ExportRecords(pb.ExportRecordsRequest(), CONTEXT)]
        for call in calls:
            await call.aclose()

    assert failure.value.passes


async def test_doors_have_threads_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that does not answer holds up exports only, also those whose callers have left."""
    loop, reading, ready = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def stall(_: object) -> list[object]:
        loop.call_soon_threadsafe(reading.set)
        ready.wait()
        return []

    monkeypatch.setattr("gateway.records.exporting._take", stall)
    with DecisionLog(tmp_path) as log, ThreadPoolExecutor(1) as doors:
        loop.set_default_executor(doors)
        exporting = Exporting(log)
        left, stays = (asyncio.ensure_future(places(exporting, Wanted())) for _ in range(2))
        try:
            await reading.wait()
            left.cancel()
            async with asyncio.timeout(20):
                answer = await asyncio.to_thread(lambda: "seen")
        finally:
            ready.set()
        await asyncio.gather(left, stays, return_exceptions=True)

    assert ("seen", True) == (answer, left.cancelled())
