"""Whoever is in view of one camera: from frame to frame, and when they leave."""

import math
from collections.abc import Coroutine
from typing import Any

from faces.tracking import Tracks
from gateway.pipeline import Pipeline
from gateway.records.recorder import Recorder
from gateway.streaming.due import Due
from gateway.streaming.frames import Frame, Settings, View
from gateway.streaming.judging import Judging
from gateway.streaming.looking import look
from gateway.streaming.metrics import TRACKS
from meshkit.together import together


class Viewing:
    """Finds out what is due to be told. What fails in between is due again with the next frame."""

    def __init__(
        self, settings: Settings, *, recorder: Recorder, pipeline: Pipeline, judging: Judging
    ) -> None:
        self._settings = settings
        self._recorder = recorder
        self._pipeline = pipeline
        self._judging = judging
        self._tracks: Tracks[View] = Tracks()
        self._now_ms = -math.inf

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in view, nor anything due."""
        return not len(self._tracks)

    async def see(self, frame: Frame) -> list[Due]:
        """Look at a frame.

        Raises:
            SceneUnknown: The policy table in force has no such scene any more.
            FaceError: Somebody in the mesh cannot answer.
        """
        policy = self._recorder.policy(self._settings.scene)
        faces = await look(
            self._pipeline, policy, frame, self._tracks, camera_id=self._settings.camera_id
        )
        placed = self._tracks.place(faces, frame.hints, policy, frame.offset_ms)
        self._now_ms = frame.offset_ms
        if policy.reviewers:
            self._judging.stills.add(frame)
        self._judging.stills.keep(self._tracks.untold())
        here = [self._judging.due(track, over=False) for track in placed if track]
        return [due for due in await together([*here, *self._gone()]) if due]

    async def see_nobody(self) -> list[Due]:
        """Let everybody leave."""
        self._now_ms = math.inf
        return [due for due in await together(self._gone()) if due]

    def forget(self) -> None:
        """Forget who has left: all that was due is told."""
        left = self._tracks.leave(self._now_ms)
        TRACKS.labels("none").inc(sum(not track.told for track in left))
        self._tracks.end(left)

    def _gone(self) -> list[Coroutine[Any, Any, Due | None]]:
        return [self._judging.due(track, over=True) for track in self._tracks.leave(self._now_ms)]
