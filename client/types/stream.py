"""Cameras that are watched."""

from dataclasses import dataclass

from client.types.decision import Candidate, Decision
from client.types.face import Box, Face, Quality
from client.types.image import Picture


@dataclass(frozen=True, slots=True)
class TrackHint:
    """A face that the camera tracks itself."""

    track_id: str
    """The same for one person as long as they are in view."""

    box: Box


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a camera."""

    image: Picture

    offset_ms: int | None = None
    """Since the stream began; grows from frame to frame. None: the moment it is taken."""

    tracks: tuple[TrackHint, ...] = ()
    """From the first frame with any on, only these faces are judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamUpdate:
    """What a stream tells: a verdict, advice, or how the stream is."""

    track_id: str
    """Empty if it is about the stream itself."""

    decision: Decision | None
    """A verdict, of which each track gets at most one, or RECAPTURE with advice. None if it is
    about the stream itself."""

    candidate: Candidate | None
    """The best one, with MATCH and REVIEW only."""

    face: Face | None
    """Where the face was seen last."""

    quality: Quality | None
    """Of the best shot."""

    offset_ms: int
    """When the face was seen last."""

    dropped_frame_count: int
    """Frames that came faster than they were judged, since the stream began."""

    lost_frame_count: int
    """Frames that could not be judged, since the stream began."""

    lost_reason: str
    """Why the latest one could not, as in `faces.errors`; empty if it was judged."""
