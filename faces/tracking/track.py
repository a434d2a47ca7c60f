"""One face for as long as it is in view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from faces.decision import Candidate
from faces.policy import Row
from faces.tracking.places import Box
from faces.tracking.shots import Evidence, Shot, gather
from faces.tracking.telling import Advised

T = TypeVar("T")

_STEADY_MS = 600
"""For how long somebody is taken to walk on as they did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[T]):
    """A face of a frame."""

    box: Box
    sample: T

    shot: Shot[T] | None = None
    """None if it was not embedded."""

    good: bool = False
    """Whether the shot passes every gate."""


@dataclass(slots=True, kw_only=True, eq=False)
class Track(Generic[T]):
    """What became of a face so far."""

    track_id: str
    last: Seen[T]
    """Its latest sight."""

    seen_ms: int
    """When that was."""

    since_ms: int
    """Since when its person may have been in view."""

    pace: tuple[float, float] = (0.0, 0.0)
    """Pixels a millisecond to the right and downwards."""

    told: bool = False
    """Whether it has its verdict: there is no second one."""

    evidence: Evidence[T] | None = None
    """Good shots; None as long as there is none."""

    found: Sequence[Candidate] | None = None
    """Whom the evidence resembles; None until somebody has looked."""

    first: Shot[T] | None = None
    """The first good shot, whatever became of it."""

    refused: Seen[T] | None = None
    """The best sight of those that do not pass."""

    advised: Advised | None = None
    looked_ms: int | None = None
    """When it was recognised last; None if it never was."""

    def likeness(self, shot: Shot[T] | None) -> float | None:
        """Similarity of a shot with the good ones; None if either is not there."""
        return self.evidence.likeness(shot) if self.evidence and shot else None

    def box_at(self, now_ms: int) -> Box:
        """Where the face would be if its person walked on."""
        x_min, y_min, x_max, y_max = self.last.box
        walked_ms = min(now_ms - self.seen_ms, _STEADY_MS)
        x, y = (pace * walked_ms for pace in self.pace)
        return x_min + x, y_min + y, x_max + x, y_max + y

    def see(self, seen: Seen[T], policy: Row, now_ms: int) -> None:
        """Note a sight.

        Args:
            seen: The face in this frame.
            policy: Whose gates it passes, or not.
            now_ms: When the frame was taken.
        """
        self._walk(seen.box, now_ms - self.seen_ms)
        self.last, self.seen_ms = seen, now_ms
        if seen.shot and seen.good:
            self.looked_ms = now_ms
            # After the verdict, too: whoever takes this place must not pass for them.
            self.evidence = gather(self.evidence, seen.shot, policy)
            self.first = self.first or seen.shot
            self.found = None
        elif not self.refused or _quality(seen) >= _quality(self.refused):
            self.refused = seen

    def _walk(self, box: Box, took_ms: int) -> None:
        if took_ms > 0:
            moved = [(b - a) / 2 for a, b in zip(self.last.box, box, strict=True)]
            self.pace = ((moved[0] + moved[2]) / took_ms, (moved[1] + moved[3]) / took_ms)


def _quality(seen: Seen[T]) -> float:
    return seen.shot.quality if seen.shot else -1.0
