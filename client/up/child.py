"""One service as a child process: started, watched, started again, stopped."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from client.up import leash
from client.up.health import serving
from client.up.obstacles import CannotStart
from client.up.plan import GRACE_S, Plan, Service

Say = Callable[["Child", str], None]
"""Told whenever a child changes, with a sentence about it."""

STEADY_S = 10.0
"""Who served this long is believed to be well; the next restart is quick again."""

LONGEST_WAIT_S = 5.0
"""Most seconds between two attempts."""

PATIENCE_S = GRACE_S + 2.0
"""How long a child may take to stop before it is killed."""


class State(Enum):
    """Where a child stands."""

    STARTING = "starting"
    SERVING = "serving"
    DIED = "died"
    STOPPED = "stopped"


class Child:
    """One service of the mesh, kept alive until its task is cancelled."""

    def __init__(self, service: Service, plan: Plan, say: Say, hurry: asyncio.Event) -> None:
        self.name = service.name
        self.state = State.STARTING
        self.pid: int | None = None
        self.started = time.monotonic()
        self.serving_after_s: float | None = None
        """Seconds from the latest start to serving."""
        self.served = asyncio.Event()
        """Set once it has served for the first time."""
        self._service, self._plan, self._say, self._hurry = service, plan, say, hurry

    async def keep(self) -> None:
        """Run the service until cancelled; start it again whenever it dies.

        Raises:
            CannotStart: It died before it had served at all: trying again cannot help.
        """
        wait_s = 0.1
        while True:
            code = await self._live()
            if not self.served.is_set():
                raise CannotStart(f"the {self.name} did not start: {self._last_words(code)}")
            if self.serving_after_s is not None and time.monotonic() - self.started > STEADY_S:
                wait_s = 0.1
            self._change(State.DIED, f"died ({_cause(code)}); starting again in {wait_s:.1f} s")
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    async def _live(self) -> int:
        """Start the service and wait for its end."""
        self.started, self.serving_after_s = time.monotonic(), None
        with self._plan.log(self.name).open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", leash.__file__, str(os.getpid())),
                *self._service.command,
                env={**os.environ, **self._plan.environment(self.name)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C reaches a whole session; the order in which we stop is ours.
                start_new_session=True,
            )
        self.pid = process.pid
        announcing = asyncio.create_task(self._announce())
        try:
            self._change(State.STARTING, "starting")
            return await process.wait()
        finally:
            announcing.cancel()
            # When we are cancelled the process still runs.
            await self._stop(process)
            self.pid = None

    async def _announce(self) -> None:
        await serving(self._plan.address(self.name), self._plan.trust(self.name))
        self.serving_after_s = time.monotonic() - self.started
        self._change(State.SERVING, f"serving on port {self._plan.port(self.name)}")
        self.served.set()

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        """SIGTERM, wait, and SIGKILL only if that does not help or nobody wants to wait."""
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        ended = asyncio.create_task(process.wait())
        hurried = asyncio.create_task(self._hurry.wait())
        await asyncio.wait({ended, hurried}, timeout=PATIENCE_S, return_when="FIRST_COMPLETED")
        hurried.cancel()
        if not ended.done():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        self._change(State.STOPPED, f"stopped ({_cause(await ended)})")

    def _change(self, state: State, sentence: str) -> None:
        self.state = state
        self._say(self, sentence)

    def _last_words(self, code: int) -> str:
        return _last_line(self._plan.log(self.name)) or _cause(code)


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def _last_line(path: Path) -> str:
    """The last line of a log, without its wrapping."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    line = lines[-1] if lines else ""
    try:
        return str(json.loads(line)["message"])
    except (ValueError, KeyError, TypeError):
        return line
