"""All services of one machine, together: up, watched, down."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator, Mapping

from client.up.child import Child, Say, State
from client.up.plan import Plan

_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

MAX_LOG_BYTES = 16 * 2**20
"""A log that is larger when the mesh starts makes room for a new one."""


class Mesh:
    """The services that run."""

    def __init__(
        self, children: Mapping[str, Child], tasks: Mapping[str, asyncio.Task[None]]
    ) -> None:
        self.children = children
        self._tasks = tasks

    async def serving(self) -> None:
        """Return once all services have served.

        Raises:
            CannotStart: One of them cannot.
        """
        served = asyncio.create_task(self._all_served())
        failed = asyncio.create_task(self.failed())
        try:
            await asyncio.wait({served, failed}, return_when="FIRST_COMPLETED")
            if failed.done():
                await failed
        finally:
            failed.cancel()
            served.cancel()

    async def _all_served(self) -> None:
        for child in self.children.values():
            await child.served.wait()

    async def failed(self) -> None:
        """Return never, or raise what no restart can repair."""
        done, _ = await asyncio.wait(self._tasks.values(), return_when="FIRST_EXCEPTION")
        for task in done:
            await task


@contextlib.asynccontextmanager
async def running(plan: Plan, say: Say, hurry: asyncio.Event) -> AsyncIterator[Mesh]:
    """Run all services while the block runs, then stop them, callers before called.

    Args:
        plan: Where and how.
        say: Told about every change.
        hurry: Once it is set, stopping does not wait for anybody.
    """

    def noted(child: Child, sentence: str) -> None:
        _note(plan, children)
        say(child, sentence)

    children = {name: Child(row, plan, noted, hurry) for name, row in plan.services.items()}
    for name in children:
        _make_room(plan, name)
    tasks = {name: asyncio.create_task(child.keep()) for name, child in children.items()}
    try:
        yield Mesh(children, tasks)
    finally:
        callers = [[tasks.pop(name)] for name in ("gateway", "worker")]
        for group in (*callers, list(tasks.values())):
            for task in group:
                task.cancel()
            await asyncio.gather(*group, return_exceptions=True)
        (plan.data / "mesh.json").unlink(missing_ok=True)


@contextlib.contextmanager
def stop_signals() -> Iterator[tuple[asyncio.Event, asyncio.Event]]:
    """Catch what asks us to stop: the first signal sets one event, the next the other."""
    loop = asyncio.get_running_loop()
    asked, hurry = asyncio.Event(), asyncio.Event()

    def on_signal() -> None:
        (hurry if asked.is_set() else asked).set()

    for number in _STOP:
        loop.add_signal_handler(number, on_signal)
    try:
        yield asked, hurry
    finally:
        for number in _STOP:
            loop.remove_signal_handler(number)


def _note(plan: Plan, children: Mapping[str, Child]) -> None:
    """Leave word of who runs where, for ``sureface status``."""
    running_ = {
        name: {"port": plan.port(name), "pid": child.pid}
        for name, child in children.items()
        if child.pid and child.state is not State.STOPPED
    }
    part = plan.data / "mesh.json.part"
    # A convenience: a full disk must not bring a mesh down that still answers.
    with contextlib.suppress(OSError):
        part.write_text(json.dumps({"pid": os.getpid(), "services": running_}), encoding="utf-8")
        part.replace(plan.data / "mesh.json")


def _make_room(plan: Plan, name: str) -> None:
    log = plan.log(name)
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        log.replace(log.with_suffix(".jsonl.1"))
