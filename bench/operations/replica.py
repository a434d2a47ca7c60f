"""One process of the mesh at an address of its own: killed, stopped, and started again there."""

import asyncio
import socket
from typing import Any

from bench.operations.tally import Tally
from client.up.health import serving
from tests.processes import START_S, Process, start

_KILLED = -9


class Replica:
    """Whoever calls it finds it at the same address, whatever process is behind it."""

    def __init__(
        self, service: str, number: int, host: str, tally: Tally, **variables: Any
    ) -> None:
        """Take an address; nothing runs yet.

        Args:
            service: For example ``detector``.
            number: From 1, among its replicas.
            host: To listen on. Not 127.0.0.1, where calls come from: one of them could take the
                port while nobody listens there.
            tally: Is told of processes that do not end as they should.
            variables: Of the service, without their prefix.
        """
        self.service = service
        self.name = f"{service} {number}"
        port = _free_port(host)
        self.address = f"{host}:{port}"
        self._tally = tally
        self._variables = {**variables, "HOST": host, "PORT": port}
        self._process: Process | None = None
        self._end: asyncio.Task[int] | None = None

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._end is not None and not self._end.done()

    @property
    def pid(self) -> int:
        """Of its process; 0 while there is none."""
        return self._process.pid if self._process else 0

    async def up(self) -> None:
        """Start a process; it serves when this returns.

        Raises:
            RuntimeError: It does not. Its last words are in there.
        """
        self._process = await start(self.service, **self._variables)
        self._end = asyncio.create_task(self._process.wait())
        serves = asyncio.create_task(serving(self.address, None))
        await asyncio.wait({self._end, serves}, timeout=START_S, return_when="FIRST_COMPLETED")
        if not serves.done():
            serves.cancel()
            raise RuntimeError(f"{self.name} does not start: {''.join(self._process.lines[-3:])}")

    async def kill(self) -> None:
        """End it at this very instant; it is gone when this returns."""
        if self._process:
            self._process.kill()
        await self._gone(expected=_KILLED)

    async def terminate(self) -> None:
        """Ask it to end; it has ended when this returns."""
        if self._process:
            self._process.terminate()
        await self._gone(expected=0)

    async def _gone(self, *, expected: int) -> None:
        if self._process and self._end:
            code = await self._end
            if code != expected:
                last = "".join(self._process.lines[-1:]).strip()
                self._tally.faults.append(f"{self.name} ended with {code}: {last}")
            if bugs := sum('"incident"' in line for line in self._process.lines):
                self._tally.faults.append(f"{self.name} logged {bugs} incidents")
        self._process = self._end = None


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port
