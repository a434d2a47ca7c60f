"""Load on a mesh in tests: callers that identify, and how each of their calls ended."""

import asyncio
from collections import Counter

import grpc.aio

from meshkit import status
from sureface.access.v1 import access_pb2
from tests.mesh.mesh import Mesh, image
from tests.photos import encoded, opened


def probe(data: bytes) -> access_pb2.IdentifyRequest:
    """Ask who is on a photo, among ``staff``."""
    return access_pb2.IdentifyRequest(
        scene="access_control", probe=image(data), collection_id="staff"
    )


PROBE = probe(encoded(opened("obama2"), quality=95))

AWAY = "UNAVAILABLE ERROR_REASON_SERVICE_UNAVAILABLE"
"""What a call ends as when a service that it needs does not answer."""


async def outcome(call: object) -> str:
    """``OK``, or the code and reason of a refusal."""
    try:
        await call  # type: ignore[misc]
    except grpc.aio.AioRpcError as error:
        info = status.info_of(error)
        return f"{error.code().name} {info.reason if info else error.details()}"
    return "OK"


class Load:
    """Callers that identify one after the other until they are told to stop."""

    def __init__(self, running: Mesh, *, callers: int) -> None:
        self.outcomes: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        """Who was found by calls that were answered."""
        self._stop = asyncio.Event()
        self._answered = asyncio.Condition()
        self._tasks = [asyncio.create_task(self._call(running)) for _ in range(callers)]

    async def _call(self, running: Mesh) -> None:
        while not self._stop.is_set():
            call = running.access.Identify(PROBE, timeout=30)
            result = await outcome(call)
            if result == "OK":
                self.found[(await call).candidate.person_id] += 1
            async with self._answered:
                self.outcomes[result] += 1
                self._answered.notify_all()

    async def until(self, what: str, count: int) -> None:
        """Wait until an outcome was seen `count` more times."""
        goal = self.outcomes[what] + count
        async with asyncio.timeout(60), self._answered:
            await self._answered.wait_for(lambda: self.outcomes[what] >= goal)

    async def stop(self) -> Counter[str]:
        """Let the running calls end; all outcomes."""
        self._stop.set()
        await asyncio.gather(*self._tasks)
        return self.outcomes
