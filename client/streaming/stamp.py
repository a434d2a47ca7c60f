"""Moments of frames."""

import time

from client.types.image import Picture
from client.types.stream import Frame


class Stamp:
    """Says when each frame was taken, in milliseconds; time never stands still."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()
        self._last_ms = -1

    def __call__(self, shown: Frame | Picture) -> tuple[Frame, int]:
        """A frame and its time; one without a time gets that of this moment."""
        frame = shown if isinstance(shown, Frame) else Frame(shown)
        passed_ms = int((time.monotonic() - self._began_s) * 1000)
        moment_ms = frame.offset_ms
        self._last_ms = max(self._last_ms + 1, passed_ms) if moment_ms is None else moment_ms
        return frame, self._last_ms
