"""Real processes of the mesh for tests: started on a free port, watched, always ended.

    async with service("gallery", PATH=tmp_path / "gallery.db") as process:
        channel = grpc.aio.insecure_channel(f"127.0.0.1:{process.port}")

Keywords are the service's variables without their prefix. With a `TLS` that is a folder of
`sureface certs`, the process is asked as its operator.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from client.up.plan import trusted
from meshkit.tls.calling import Trust, aio_channel
from meshkit.tls.loopback import is_loopback

ROOT = Path(__file__).parents[1]
START_S = 180
"""More than any start takes on a busy machine."""

LOOPBACK = "127.0.0.1"
_SERVING = "serving on port "
_QUICK = {"HOST": LOOPBACK, "PORT": 0, "DRAIN_S": 0, "GRACE_S": 10}


class Process:
    """One running process and what it logged."""

    def __init__(
        self,
        name: str,
        process: asyncio.subprocess.Process,
        trust: Trust | None = None,
        *,
        host: str = LOOPBACK,
    ) -> None:
        self.name = name
        self.trust = trust
        """How to call it, as an operator; None for plain text."""
        self.host = host
        self.port = 0
        self.lines: list[str] = []
        """Every line of stderr so far."""
        self._process = process
        self._serving = asyncio.Event()
        self._drain = asyncio.create_task(self._read(), name=f"stderr of {name}")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def answered(self) -> int:
        """How many calls it has answered so far; health is not counted."""
        return sum('"logger": "access"' in line for line in self.lines)

    def kill(self) -> None:
        """End it at this very instant: SIGKILL."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Let it hang where it is: SIGSTOP. Connections stay, answers do not come."""
        self._signal(signal.SIGSTOP)

    def terminate(self) -> None:
        """Ask it to end: SIGTERM."""
        self._signal(signal.SIGTERM)

    async def wait(self) -> int:
        """Wait for its end and its last line; its exit code."""
        code = await self._process.wait()
        await self._drain
        return code

    async def serving(self) -> None:
        """Wait until its health says SERVING; if it ends instead, show what it said."""
        async with asyncio.timeout(START_S):
            await self._serving.wait()
        if not self.port:
            raise AssertionError(f"{self.name} did not start: " + "".join(self.lines[-20:]))
        async with aio_channel(f"{self.host}:{self.port}", (), self.trust) as channel:
            health: Any = HealthStub(channel)
            reply = await health.Check(HealthCheckRequest())
        assert HealthCheckResponse.SERVING == reply.status

    async def _read(self) -> None:
        assert self._process.stderr
        # Lines may be long: tracebacks travel as one.
        async for raw in self._process.stderr:
            self.lines.append(line := raw.decode(errors="replace"))
            with contextlib.suppress(ValueError, TypeError, AttributeError):
                message = json.loads(line).get("message", "")
                if message.startswith(_SERVING):
                    self.port = int(message.removeprefix(_SERVING))
                    self._serving.set()
        self._serving.set()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            # Not by `send_signal`: it looks for an exit code first, and takes it away from
            # whom asyncio has waiting for it.
            os.kill(self._process.pid, number)


def environment(name: str, **variables: object) -> dict[str, str]:
    """The environment of a process."""
    prefix = f"{name.upper()}_"
    env = {key: text for key, text in os.environ.items() if not key.startswith(prefix)}
    env["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'gen'}"
    return env | {prefix + key: str(value) for key, value in (_QUICK | variables).items()}


async def start(name: str, **variables: object) -> Process:
    """Start a process and hand it over; `service` is what most tests want."""
    module = {"gateway": "gateway", "worker": "gateway.worker"}.get(name, f"services.{name}")
    env = environment(name, **variables)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, env=env, cwd=ROOT, stderr=PIPE, limit=2**24
    )
    tls = Path(str(variables["TLS"])).parent / "operator" if "TLS" in variables else None
    host = str(variables.get("HOST", LOOPBACK))
    return Process(name, process, trusted(name, tls), host=host if is_loopback(host) else LOOPBACK)


@contextlib.asynccontextmanager
async def service(name: str, **variables: object) -> AsyncIterator[Process]:
    """Run ``python -m services.<name>`` (or the gateway) while the block runs."""
    process = await start(name, **variables)
    try:
        await process.serving()
        yield process
    finally:
        process.kill()
        await process.wait()


async def refusal(name: str, **variables: object) -> tuple[int, list[str]]:
    """Start what cannot start: its exit code and the lines that it wrote."""
    process = await start(name, **variables)
    async with asyncio.timeout(START_S):
        code = await process.wait()
    return code, process.lines
