"""Calls that come when all hands are busy: in line, or refused before they cost anything."""

import asyncio
from typing import Any, cast

import pytest

from faces.errors import QueueFull
from meshkit.deadlines import ending_in
from meshkit.interceptors.line import Line
from meshkit.rpc import Context

METHOD = "/sureface.access.v1.AccessService/Identify"
CONTEXT = cast("Context", None)


class Clocked:
    """An event loop's clock that moves when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now_s)


class Work:
    """A method that ends when it is told to."""

    def __init__(self, line: Line, method: str = METHOD, *, streams: bool = False) -> None:
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._call = line.wrap(self._run, method, streams=streams)

    async def _run(self, name: str, _: Context) -> str:
        self.begun.append(name)
        await self._ends[name].wait()
        return name

    async def ask(self, name: str, left_s: float | None = None) -> asyncio.Task[Any]:
        """Make a call, and let it come as far as it comes."""
        self._ends[name] = asyncio.Event()

        async def asking() -> Any:
            if left_s is None:
                return await self._call(name, CONTEXT)
            with ending_in(left_s):
                return await self._call(name, CONTEXT)

        task = asyncio.create_task(asking())
        await settled()
        return task

    async def end(self, name: str) -> None:
        """Let a call end, and whoever waited for it go on."""
        self._ends[name].set()
        await settled()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_came_first_is_first() -> None:
    """Two work at once; the others follow in order."""
    work = Work(Line(2))
    tasks = [await work.ask(name) for name in "abcd"]
    assert ["a", "b"] == work.begun

    await work.end("b")
    await work.end("a")
    assert ["a", "b", "c", "d"] == work.begun
    await work.end("c")
    await work.end("d")
    assert ["a", "b", "c", "d"] == [await task for task in tasks]


async def test_a_place_is_free_again_after_a_failure() -> None:
    """And nobody is left behind."""
    line = Line(1)

    async def failing(*_: Any) -> Any:
        raise ZeroDivisionError

    call = line.wrap(failing, METHOD, streams=False)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await call(b"", CONTEXT)


async def test_who_leaves_the_line_takes_nobodys_place() -> None:
    """Neither while waiting, nor in the moment of being called up."""
    work = Work(Line(1))
    first, second, third, fourth = [await work.ask(name) for name in "abcd"]
    second.cancel()
    await settled()
    work._ends["a"].set()
    await asyncio.sleep(0)  # c has its turn now, and does not know it yet
    third.cancel()
    await settled()

    assert ["a", "d"] == [name for name in work.begun if name != "c"]
    await work.end("d")
    assert ("a", "d") == (await first, await fourth)
    assert "e" == (await _answered(work, "e"))


async def _answered(work: Work, name: str) -> str:
    task = await work.ask(name)
    await work.end(name)
    return cast("str", await task)


async def test_who_would_wait_for_too_long_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One call a second: of eight seconds, two may be spent in line, and no more."""
    clock, work = Clocked(monkeypatch), Work(Line(1))
    waiting = [await work.ask(name, 100) for name in "abcde"]
    for name in "abc":
        clock.now_s += 1
        await work.end(name)
    assert ["a", "b", "c", "d"] == work.begun

    patient = await work.ask("f", 8)
    late = await work.ask("g", 8)
    with pytest.raises(QueueFull, match="2 items wait"):
        await late
    assert not patient.done()
    longer = await work.ask("h", 20)
    for name in "defh":
        await work.end(name)
    assert ["d", "e", "f", "h"] == [await each for each in (*waiting[3:], patient, longer)]


async def test_streams_and_probes_never_wait() -> None:
    """A camera has a pace of its own, and a busy server still says that it lives."""
    line = Line(1)
    busy = await Work(line).ask("a")
    stream = Work(line, streams=True)
    probe = Work(line, "/grpc.health.v1.Health/Check")
    for work in (stream, probe):
        assert "b" == await _answered(work, "b")
    busy.cancel()
