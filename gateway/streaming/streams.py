"""All streams that are open."""

import contextlib
import uuid
from collections.abc import AsyncGenerator, AsyncIterator

from faces.errors import ServiceUnavailable
from gateway.backends.ports import Gallery
from gateway.pipeline import Pipeline
from gateway.records.recorder import Recorder
from gateway.reviewing.reviewing import Reviewing
from gateway.streaming.frames import Frame, Settings
from gateway.streaming.judging import Judging
from gateway.streaming.metrics import STREAMS
from gateway.streaming.viewing import Viewing
from gateway.streaming.watch import Answer, Limits, Watch


class Streams:
    """Opens streams. Each judges one frame at a time, so none keeps the mesh from another."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        pipeline: Pipeline,
        gallery: Gallery,
        reviewing: Reviewing,
        limits: Limits | None = None,
    ) -> None:
        self._recorder = recorder
        self._pipeline = pipeline
        self._gallery = gallery
        self._reviewing = reviewing
        self._limits = limits or Limits()
        self._open: set[Watch] = set()
        self._closed = False

    async def watch(
        self, settings: Settings, frames: AsyncIterator[Frame]
    ) -> AsyncGenerator[Answer, None]:
        """Judge one stream. See `Watch.answers`.

        Raises:
            SceneUnknown: The policy table has no such scene.
            ServiceUnavailable: This gateway is about to stop.
        """
        if self._closed:
            raise ServiceUnavailable(service="gateway")
        self._recorder.policy(settings.scene)
        watch = self._watch(settings)
        self._open.add(watch)
        STREAMS.set(len(self._open))
        try:
            async with contextlib.aclosing(watch.answers(frames)) as answers:
                async for answer in answers:
                    yield answer
        finally:
            self._open.discard(watch)
            STREAMS.set(len(self._open))

    def close(self) -> None:
        """End all streams, so that their cameras go on elsewhere."""
        self._closed = True
        for watch in self._open:
            watch.stop()

    def _watch(self, settings: Settings) -> Watch:
        judging = Judging(
            *(self._recorder, self._gallery, self._reviewing, settings),
            stream_id=str(uuid.uuid4()),
        )
        viewing = Viewing(
            settings, recorder=self._recorder, pipeline=self._pipeline, judging=judging
        )
        return Watch(viewing, judging, self._limits)
