"""From sights to tracks: who is who from frame to frame of one file.

Sights come in the order of frames, whoever saw them, so tracks are the same wherever parts begin
and whichever worker judged them.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace

from faces.policy import Row
from faces.tracking import Evidence, Seen, Shot, Track, Tracks
from gateway.backends.ports import Vector
from gateway.jobs.sights import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """One person in view of one file, from their first sight to their last."""

    source: int
    number: int
    """Counted in its file, by first sight."""

    first_ms: int
    last_ms: int
    sights: int

    best: Sight
    """The best of those that it rests on."""

    shots: tuple[Sight, ...]
    """All of those, by time: good ones that agree, or else the one best of the bad ones."""

    vector: Vector
    """What they say together."""

    quality: float

    @property
    def good(self) -> bool:
        """Whether it rests on sights that pass every gate."""
        return self.best.refusal is None


class Following:
    """Follows whoever is in view of one file."""

    def __init__(self, policy: Row) -> None:
        self._policy = policy
        self._tracks: Tracks[Sight] = Tracks()
        self._seen: dict[str, tuple[Track[Sight], Trail]] = {}
        """Every track there ever was, in the order of first sights."""

    def take(self, sights: Iterable[Sight]) -> None:
        """Take faces of the next frames, in their order, all of a frame together."""
        for _, frame in itertools.groupby(sights, key=lambda sight: sight.frame):
            self._see(list(frame))

    def trails(self) -> list[Trail]:
        """Everybody who was in view."""
        return [_rested(trail, track) for track, trail in self._seen.values()]

    def _see(self, sights: list[Sight]) -> None:
        faces = [_seen(sight) for sight in sights]
        now_ms = sights[0].offset_ms
        placed = self._tracks.place(faces, {}, self._policy, now_ms)
        for sight, track in zip(sights, placed, strict=True):
            if track:
                self._note(track, sight)
        self._tracks.end(self._tracks.leave(now_ms))

    def _note(self, track: Track[Sight], sight: Sight) -> None:
        _, trail = self._seen.get(track.track_id, (track, None))
        after = (
            replace(trail, last_ms=sight.offset_ms, sights=trail.sights + 1)
            if trail
            else _begun(sight, len(self._seen) + 1)
        )
        self._seen[track.track_id] = track, after


def apart(sights: Iterable[Sight]) -> list[Trail]:
    """One track for each face of a picture: pictures of a folder do not follow each other."""
    return [_begun(sight, number) for number, sight in enumerate(sights, start=1)]


def _begun(sight: Sight, number: int) -> Trail:
    return Trail(
        source=sight.source,
        number=number,
        first_ms=sight.offset_ms,
        last_ms=sight.offset_ms,
        sights=1,
        best=sight,
        shots=(sight,),
        vector=sight.vector,
        quality=sight.quality,
    )


def _rested(trail: Trail, track: Track[Sight]) -> Trail:
    """With what the track has found out, as far as any of it is good."""
    evidence: Evidence[Sight] | None = track.evidence
    if evidence is None:
        sight = track.refused.sample if track.refused else trail.best
        return replace(
            trail, best=sight, shots=(sight,), vector=sight.vector, quality=sight.quality
        )
    best = max(evidence.best, key=lambda shot: shot.quality)
    return replace(
        trail,
        best=best.sample,
        shots=tuple(shot.sample for shot in evidence.best),
        vector=evidence.fused.vector,
        quality=evidence.fused.quality,
    )


def _seen(sight: Sight) -> Seen[Sight]:
    shot = Shot(
        vector=sight.vector,
        quality=sight.quality,
        contract_id=sight.contract_id,
        offset_ms=sight.offset_ms,
        sample=sight,
    )
    return Seen(box=sight.box, sample=sight, shot=shot, good=sight.refusal is None)
