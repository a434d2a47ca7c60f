"""Faces as a camera sees them, for tests of tracks: people are directions of a plane."""

import numpy as np
from numpy.typing import NDArray

from faces.policy import PolicyTable, Row
from faces.tracking import Box, Hints, Seen, Shot, Track, Tracks
from tests.unit.door import POLICY

ROW: Row = PolicyTable([POLICY]).row("door")
"""Accepts from .5 (60 degrees) on, reviews from .4 (66 degrees) on."""


def at(x: float, y: float = 100, *, side: float = 100) -> Box:
    """A square box with this corner."""
    return x, y, x + side, y + side


def vector(angle_deg: float) -> NDArray[np.float32]:
    """The cosine of two is that of their difference."""
    turn = np.radians(angle_deg)
    return np.array([np.cos(turn), np.sin(turn)], dtype=np.float32)


def shot(
    angle_deg: float = 0, *, ms: int = 0, quality: float = 0.9, contract: str = "c"
) -> Shot[str]:
    """An embedded face; its sample names the moment."""
    return Shot(
        vector=vector(angle_deg),
        quality=quality,
        contract_id=contract,
        offset_ms=ms,
        sample=f"at {ms}",
    )


def good(angle_deg: float, box: Box, *, ms: int = 0, quality: float = 0.9) -> Seen[str]:
    """A face that passes every gate."""
    taken = shot(angle_deg, ms=ms, quality=quality)
    return Seen(box=box, sample=taken.sample, shot=taken, good=True)


def bad(
    box: Box, *, ms: int = 0, angle_deg: float | None = None, quality: float = 0.2
) -> Seen[str]:
    """A face that does not; embedded only with an angle."""
    taken = None if angle_deg is None else shot(angle_deg, ms=ms, quality=quality)
    return Seen(box=box, sample=f"at {ms}", shot=taken)


class Camera:
    """Shows frames to tracks; remembers who was called what."""

    def __init__(self) -> None:
        self.tracks: Tracks[str] = Tracks()
        self.ms = 0

    def sees(
        self, *faces: Seen[str], ms: int = 200, hints: Hints | None = None
    ) -> list[Track[str] | None]:
        """The next frame, `ms` later."""
        self.ms += ms
        return self.tracks.place(faces, hints or {}, ROW, self.ms)

    def names(
        self, *faces: Seen[str], ms: int = 200, hints: Hints | None = None
    ) -> list[str | None]:
        """The identifiers of the tracks of the next frame."""
        found = self.sees(*faces, ms=ms, hints=hints)
        return [track.track_id if track else None for track in found]
