"""Frames that people may have to look at."""

from collections.abc import Iterable

from faces.tracking import Track
from gateway.streaming.frames import Frame, View


class Stills:
    """Holds the frames on which a verdict may still rest, a few for each track; no others."""

    def __init__(self) -> None:
        self._images: dict[int, bytes] = {}
        """By the time of the frame."""

    def add(self, frame: Frame) -> None:
        """Hold a frame."""
        self._images[frame.offset_ms] = frame.image

    def keep(self, tracks: Iterable[Track[View]]) -> None:
        """Drop every frame that is none of the best shots of these tracks."""
        wanted = {shot.offset_ms for t in tracks if t.evidence for shot in t.evidence.best}
        self._images = {at: image for at, image in self._images.items() if at in wanted}

    def image(self, view: View) -> bytes:
        """The frame of a view, as the camera sent it."""
        return self._images[view.offset_ms]
