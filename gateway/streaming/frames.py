"""What a stream consists of."""

import time
from dataclasses import dataclass, field

from faces.policy import Row
from faces.tracking import Hints
from gateway.sample import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for a whole stream."""

    scene: str
    collection_id: str
    camera_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture of a camera."""

    image: bytes
    offset_ms: int
    """Since the stream began, by the camera."""

    hints: Hints = field(default_factory=dict)
    """Faces that the camera tracks itself; empty if it does not."""

    arrived_s: float = field(default_factory=time.perf_counter)
    """By `time.perf_counter`."""


@dataclass(frozen=True, slots=True)
class View:
    """A face of a frame, after the gates."""

    sample: Sample

    policy: Row
    """Whose gates they were."""

    offset_ms: int
    arrived_s: float
    """Of the frame."""
