"""Cameras before a mesh of real processes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from client import AsyncSureface
from client.types import Decision, Frame, StreamUpdate
from faces.policy import Verdict
from tests.mesh.mesh import Mesh

DOOR = {"scene": "access_control", "camera_id": "gate-7"}

EVERY_S = 0.1
PATIENCE_S = 60
"""More than a busy machine takes for anything that is waited for."""


class Camera:
    """Shows what it is told to, again and again, and keeps what it hears."""

    def __init__(self, updates: AsyncIterator[StreamUpdate]) -> None:
        self.updates: list[StreamUpdate] = []
        self._news = asyncio.Condition()
        self._task = asyncio.create_task(self._hear(updates))

    async def _hear(self, updates: AsyncIterator[StreamUpdate]) -> None:
        async for update in updates:
            async with self._news:
                self.updates.append(update)
                self._news.notify_all()

    @property
    def opened(self) -> list[StreamUpdate]:
        """One of each stream, and those about lost frames."""
        return [update for update in self.updates if not update.track_id]

    async def heard(self, condition: Callable[[], bool]) -> None:
        """Wait until updates make something true."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(condition)

    async def hears(self, wanted: Callable[[StreamUpdate], object]) -> StreamUpdate:
        """Wait for an update."""
        await self.heard(lambda: any(map(wanted, self.updates)))
        return next(update for update in self.updates if wanted(update))

    async def hangs_up(self) -> None:
        """Leave without a word."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def ends(self) -> list[StreamUpdate]:
        """Wait for the end; everything that was told of somebody."""
        async with asyncio.timeout(PATIENCE_S):
            await self._task
        return [update for update in self.updates if update.decision]


class Picture:
    """What is before a camera."""

    def __init__(self, shown: bytes) -> None:
        self.shown: bytes | None = shown
        """None ends the stream."""

    async def frames(self) -> AsyncIterator[Frame | bytes]:
        """Frames of it, at a steady pace."""
        while self.shown is not None:
            yield self.shown
            await asyncio.sleep(EVERY_S)


@contextlib.asynccontextmanager
async def watched(
    running: Mesh, shown: bytes, **settings: str
) -> AsyncIterator[tuple[Picture, Camera]]:
    """A camera of a door, and what is before it."""
    picture = Picture(shown)
    address = f"127.0.0.1:{running.processes['gateway'].port}"
    async with AsyncSureface(address) as client:
        yield picture, Camera(client.identify_stream(picture.frames(), **(DOOR | settings)))


def is_verdict(verdict: Verdict) -> Callable[[StreamUpdate], object]:
    """Tells updates with this verdict from others."""
    return lambda update: update.decision and update.decision.verdict is verdict


def decided(update: StreamUpdate) -> Decision:
    """The decision of an update that has one."""
    assert update.decision
    return update.decision
