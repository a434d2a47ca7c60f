"""All tracks of one stream: who is in view, who is new, and who has left."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from faces.policy import Row
from faces.tracking.matching import Hints, match, meant, settled
from faces.tracking.places import Box
from faces.tracking.track import Seen, Track

T = TypeVar("T")

GAP_MS = 2000
"""A track that is not seen for longer has ended."""

LIMIT = 64
"""Most tracks of a stream; a new one takes the place of the one that was seen longest ago."""

_REMEMBERED = 1024
"""Identifiers of the client's tracks that were told and ended."""


class Tracks(Generic[T]):
    """Follows faces. Its memory has a bound, whatever comes."""

    def __init__(self) -> None:
        self._live: dict[str, Track[T]] = {}
        self._leaving: dict[str, Track[T]] = {}
        self._lost: list[Track[T]] = []
        """Told and ended, as long as somebody in view may be the same."""
        self._told: OrderedDict[str, None] = OrderedDict()
        self._count = 0
        self._hinted = False

    def __len__(self) -> int:
        """How many there are, those that leave included."""
        return len(self._live) + len(self._leaving)

    def untold(self) -> list[Track[T]]:
        """Those without a verdict, those that leave included."""
        tracks = (*self._live.values(), *self._leaving.values())
        return [track for track in tracks if not track.told]

    def wanted(self, boxes: Sequence[Box], hints: Hints, now_ms: int) -> list[bool]:
        """Which faces of a frame have to be embedded to tell whose they are, and to judge them.

        Not those of tracks that have their verdict, while place alone leaves no doubt.
        """
        if self._hinted or hints:
            return [i is not None and not self._is_told(i) for i in meant(boxes, hints)]
        return [not known for known in settled(boxes, list(self._live.values()), now_ms)]

    def place(
        self, faces: Sequence[Seen[T]], hints: Hints, policy: Row, now_ms: int
    ) -> list[Track[T] | None]:
        """Give each face of a frame its track, and begin tracks for those that have none.

        Args:
            faces: Of one frame.
            hints: Of the same frame.
            policy: The row that they were judged by.
            now_ms: When the frame was taken.

        Returns:
            None for faces that the client tracks none of.
        """
        self.leave(now_ms)
        self._hinted = self._hinted or bool(hints)
        if self._hinted:
            return self._place_hinted(faces, hints, policy, now_ms)
        placed: list[Track[T] | None] = []
        known = list(self._live.values())
        for face, whose in zip(faces, match(faces, known, policy, now_ms), strict=True):
            track = whose.track or self._begin(self._fresh(), face, whose.since_ms, now_ms)
            track.see(face, policy, now_ms)
            track.told = track.told or self._was_told(track, face, policy)
            placed.append(track)
        return placed

    def leave(self, now_ms: float) -> list[Track[T]]:
        """Let those go that were not seen for too long.

        Args:
            now_ms: Infinite if nobody is in view any more.

        Returns:
            All that have left and for whom nobody has called `end` yet. A track of the client
            may still come back.
        """
        gone = [track for track in self._live.values() if now_ms - track.seen_ms > GAP_MS]
        for track in gone:
            self._leaving[track.track_id] = self._live.pop(track.track_id)
        while len(self._leaving) > LIMIT:
            self._forget(next(iter(self._leaving.values())))
        # Nobody who is in view can be one of those who left before.
        oldest_ms = min((track.since_ms for track in self._live.values()), default=now_ms)
        self._lost = [track for track in self._lost if track.seen_ms + GAP_MS >= oldest_ms]
        return list(self._leaving.values())

    def end(self, tracks: Iterable[Track[T]]) -> None:
        """Forget those of these tracks that have not come back."""
        for track in tracks:
            if self._leaving.get(track.track_id) is track:
                self._forget(track)

    def _place_hinted(
        self, faces: Sequence[Seen[T]], hints: Hints, policy: Row, now_ms: int
    ) -> list[Track[T] | None]:
        for track_id in hints.keys() & self._live.keys():
            self._live[track_id].seen_ms = now_ms  # the client still follows who turned away
        placed: list[Track[T] | None] = []
        ids = meant([face.box for face in faces], hints)
        for face, named in zip(faces, ids, strict=True):
            track = None
            if named is not None:
                track = self._back(named) or self._begin(named, face, now_ms, now_ms)
                track.see(face, policy, now_ms)
            placed.append(track)
        return placed

    def _back(self, track_id: str) -> Track[T] | None:
        """A track of the client, even if it has left and waits to be told."""
        if left := self._leaving.pop(track_id, None):
            self._live[track_id] = left
        return self._live.get(track_id)

    def _begin(self, track_id: str, face: Seen[T], since_ms: int, now_ms: int) -> Track[T]:
        if len(self._live) >= LIMIT:
            self._forget(min(self._live.values(), key=lambda each: each.seen_ms))
        track = Track(track_id=track_id, last=face, since_ms=since_ms, seen_ms=now_ms)
        track.told = track_id in self._told
        self._live[track_id] = track
        return track

    def _fresh(self) -> str:
        """An identifier that no client may use."""
        self._count += 1
        return f"#{self._count}"

    def _is_told(self, track_id: str) -> bool:
        track = self._live.get(track_id) or self._leaving.get(track_id)
        return track.told if track else track_id in self._told

    def _was_told(self, track: Track[T], face: Seen[T], policy: Row) -> bool:
        """Whether somebody has their verdict from a track that was lost while they were in view.

        Who comes back is told again: their track begins after the other one's end.
        """
        lost = (*self._lost, *self._leaving.values())  # these are told with this frame
        return face.good and any(
            track.since_ms <= each.seen_ms + GAP_MS
            and (each.likeness(face.shot) or 0.0) >= policy.review
            for each in lost
        )

    def _forget(self, track: Track[T]) -> None:
        """But not that it was told, if it may come back."""
        self._live.pop(track.track_id, None)
        self._leaving.pop(track.track_id, None)
        if track.told and self._hinted:
            self._told[track.track_id] = None
            while len(self._told) > _REMEMBERED:
                self._told.popitem(last=False)
        elif track.told:
            self._lost = [*self._lost[1 - LIMIT :], track]
