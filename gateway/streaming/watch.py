"""One stream: a frame at a time, the newest one, for as long as the camera sends them."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from faces.errors import FaceError
from gateway.streaming.due import Due, Told
from gateway.streaming.faults import costs_a_frame
from gateway.streaming.frames import Frame
from gateway.streaming.judging import Judging
from gateway.streaming.latest import Latest
from gateway.streaming.metrics import FRAMES
from gateway.streaming.viewing import Viewing
from meshkit.deadlines import limited
from meshkit.telemetry import apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a stream waits for what, in seconds."""

    frame_s: float = 5.0
    """A frame that takes longer is lost: a service hangs, or the mesh is too slow."""

    quiet_s: float = 3.0
    """If no frame comes for so long, everybody has left: some cameras send none then."""

    renew_s: float = 240.0
    """Older streams end as soon as nobody is in view, before their connection does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A message to the camera."""

    told: Told | None
    """None if it is about the stream itself."""

    dropped: int
    """Frames so far that a newer one replaced."""

    lost: int
    """Frames so far that could not be judged."""

    lost_reason: str
    """Of the latest frame; empty if it was judged."""


class Watch:
    """Judges one stream, once."""

    def __init__(self, viewing: Viewing, judging: Judging, limits: Limits) -> None:
        self._viewing = viewing
        self._judging = judging
        self._limits = limits
        self._latest: Latest[Frame] = Latest()
        self._lost = 0
        self._fault: FaceError | None = None
        self._renew_s = time.monotonic() + limits.renew_s
        self._over = False

    def stop(self) -> None:
        """End after the frame in hand; whoever is in view is judged by the next stream."""
        self._over = True
        self._latest.end()

    async def answers(self, frames: AsyncIterator[Frame]) -> AsyncGenerator[Answer, None]:
        """Judge frames until they end, or until it is time to renew the stream.

        Raises:
            FaceError: The caller has to change something, or what was due at the end cannot
                be had.
        """
        yield self._answer(None)  # the stream is open
        reader = asyncio.create_task(self._latest.fill(frames), name="frames of a stream")
        try:
            while not self._over:
                for answer in await self._step():
                    yield answer
                self._over |= time.monotonic() > self._renew_s and self._viewing.is_empty
            if self._fault:
                raise self._fault
        finally:
            reader.cancel()
            await asyncio.wait([reader])

    async def _step(self) -> list[Answer]:
        """Judge the newest frame; or, if there is none, let everybody leave."""
        try:
            async with asyncio.timeout(self._limits.quiet_s):
                frame = await self._latest.take()
        except TimeoutError:
            return await self._guarded(None)
        if frame is None and self._over:
            return []
        self._over |= frame is None
        return await self._guarded(frame)

    async def _guarded(self, frame: Frame | None) -> list[Answer]:
        """Tell what is due. A failure that passes costs the frame, not the stream."""
        with apart("frame"):
            return await self._judged(frame)

    async def _judged(self, frame: Frame | None) -> list[Answer]:
        told: list[Told] = []
        before, self._fault = self._fault, None
        try:
            for due in await self._due(frame):
                told.append(await self._judging.tell(due))  # noqa: PERF401  # kept if the next fails
            self._viewing.forget()
        except FaceError as error:
            if not costs_a_frame(error):
                raise
            self._fault = error
        if frame:
            self._lost += self._fault is not None
            FRAMES.labels("lost" if self._fault else "judged").inc()
        news = _reason(before) != _reason(self._fault)
        return [self._answer(each) for each in (*([None] if news else []), *told)]

    async def _due(self, frame: Frame | None) -> list[Due]:
        async with limited(self._limits.frame_s, stage="frame"):
            return await (self._viewing.see(frame) if frame else self._viewing.see_nobody())

    def _answer(self, told: Told | None) -> Answer:
        return Answer(
            told=told,
            dropped=self._latest.dropped,
            lost=self._lost,
            lost_reason=_reason(self._fault),
        )


def _reason(fault: FaceError | None) -> str:
    return fault.reason if fault else ""
