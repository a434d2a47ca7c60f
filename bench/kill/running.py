"""One gallery process that is killed and started again, and a client of it."""

import asyncio
import contextlib
import json
from collections.abc import Iterator

import grpc
import grpc.aio

from bench.kill.tally import Tally
from meshkit import status
from sureface.gallery.v1 import maintenance_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from sureface.gallery.v1.maintenance_pb2_grpc import MaintenanceServiceStub
from tests.galleries import STAFF, Stub
from tests.processes import Process, start

_KILLED = -9

_TELLING = {"is not used": "snapshots not used", "is deleted, since": "snapshots deleted"}
"""What lines of the log say, and what that is counted as."""


class Running:
    """What callers talk to stays the same whatever process is behind it."""

    def __init__(self, tally: Tally, **variables: object) -> None:
        self._tally = tally
        self._variables = variables
        self._process: Process | None = None
        self._channel: grpc.aio.Channel | None = None
        self._old: grpc.aio.Channel | None = None

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    @property
    def gallery(self) -> Stub:
        """A client without retries: what fails is seen."""
        assert self._channel  # noqa: S101  # asked while it runs
        return GalleryServiceStub(self._channel)

    async def begin(self) -> None:
        """Start the process, and do not wait for it."""
        self._process = await start("gallery", **self._variables)

    async def up(self) -> None:
        """Start the process if there is none; it serves when this returns."""
        if self._process is None:
            await self.begin()
        assert self._process  # noqa: S101  # by the line above
        if not self._channel:
            await self._process.serving()
            # Calls to the one before have ended by now; to close it earlier would cancel them.
            if self._old:
                await self._old.close()
            options = [("grpc.enable_retries", 0)]
            self._channel = grpc.aio.insecure_channel(
                f"127.0.0.1:{self._process.port}", options=options
            )

    def stop(self) -> None:
        """Ask the process to end."""
        if self._process:
            self._process.terminate()

    def kill(self) -> None:
        """End it at this very instant."""
        if self._process:
            self._process.kill()

    async def gone(self, *, stopped: bool = False) -> None:
        """Wait for its end, and read what it said.

        Args:
            stopped: It was asked to end, and may have done so.
        """
        process, self._process = self._process, None
        self._old, self._channel = self._channel or self._old, None
        if process:
            code = await process.wait()
            self._read(process.lines)
            if code != _KILLED and not (stopped and code == 0):
                last = "".join(process.lines[-3:])
                self._tally.losses.append(f"a gallery ended by itself, code {code}: {last}")

    async def close(self) -> None:
        """End everything."""
        self.kill()
        await self.gone(stopped=True)
        if self._old:
            await self._old.close()

    async def compact(self, stop: asyncio.Event) -> None:
        """Have the index built anew and the store compacted, until that fails or is enough."""
        while not stop.is_set() and await self.compacted():
            pass

    async def compacted(self) -> bool:
        """Have it done once; False if that failed, or is not served."""
        if not self._channel:
            return False
        maintenance = MaintenanceServiceStub(self._channel)
        request = pb.CompactCollectionRequest(collection_id=STAFF)
        try:
            await maintenance.CompactCollection(request)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNIMPLEMENTED:
                self._tally.seen["compactions cut short"] += 1
            if error.code() is grpc.StatusCode.INTERNAL and status.info_of(error):
                self._tally.losses.append(f"a compaction failed: {error.details()}")
            return False
        self._tally.seen["compactions"] += 1
        return True

    def _read(self, lines: list[str]) -> None:
        for level, message in _messages(lines):
            for words, event in _TELLING.items():
                self._tally.seen[event] += words in message
            if level in {"error", "critical"}:
                self._tally.seen[f"logged: {message}"] += 1


def _messages(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        with contextlib.suppress(ValueError, AttributeError):
            told = json.loads(line)
            yield str(told.get("level")), str(told.get("message"))
