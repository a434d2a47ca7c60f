"""Whose a face is: by hints of the client, or by place and likeness."""

from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from faces.policy import Policy
from faces.tracking.places import NEAR, OVERLAP, Affinities, Box, nearness, overlapping, pairs
from faces.tracking.track import Seen, Track

T = TypeVar("T")

Hints = Mapping[str, Box]
"""Faces that the client tracks, by its own identifiers."""

_APART = 0.3
"""Similarity under which two good shots are of two people. Of strangers, 2 or 3 pairs in 1,000
resemble each other more (docs/policies.md); two shots of one visit hardly ever do less."""

_FADES_MS = 400
"""Time after which a place counts half."""

_LOOK_MS = 1000
"""How often somebody is looked at who has their verdict: another one may have taken the place."""

_IN_PLACE = 0.5
"""Least intersection over union of a face and the place where its track would be now."""


class Whose(NamedTuple, Generic[T]):
    """What is known of a face from the frames before."""

    track: Track[T] | None
    """None for somebody new."""

    since_ms: int
    """Since when somebody new may have been in view, taken for the one beside them."""


def meant(boxes: Sequence[Box], hints: Hints) -> list[str | None]:
    """Which of the client's tracks each face is of: the one whose box it overlaps most."""
    overlap = overlapping(boxes, list(hints.values()))
    ids = list(hints)
    found = pairs(np.where(overlap >= OVERLAP, overlap, 0))
    return [None if i is None else ids[i] for i in found]


def match(
    faces: Sequence[Seen[T]], tracks: Sequence[Track[T]], policy: Policy, now_ms: int
) -> list[Whose[T]]:
    """Give faces their tracks.

    Likeness outweighs any place, and a good shot that does not resemble a track is not of it.
    What a bad shot does not resemble says nothing.

    Args:
        faces: Of one frame.
        tracks: In view before.
        policy: From its `review` line on, two shots are of one person, wherever they are.
        now_ms: When the frame was taken.
    """
    near = nearness([face.box for face in faces], [track.box_at(now_ms) for track in tracks])
    near[near < NEAR] = 0
    # Who was just there rather than who was lost there some time ago.
    near *= [_FADES_MS / (_FADES_MS + now_ms - track.seen_ms) for track in tracks]
    found = pairs(_affinities(faces, tracks, policy, near))
    beside = [[track for track, n in zip(tracks, row, strict=True) if n] for row in near]
    return [
        Whose(None, min((t.looked_ms or now_ms for t in others), default=now_ms))
        if i is None
        else Whose(tracks[i], now_ms)
        for i, others in zip(found, beside, strict=True)
    ]


def settled(boxes: Sequence[Box], tracks: Sequence[Track[T]], now_ms: int) -> list[bool]:
    """Which faces are of tracks that have their verdict, as far as place alone can tell."""
    last = [track.box_at(now_ms) for track in tracks]
    near = nearness(boxes, last) >= NEAR
    alone = near @ near.sum(axis=0) == 1  # one track is near, which is near nobody else
    lately = [track.told and now_ms - (track.looked_ms or 0) < _LOOK_MS for track in tracks]
    in_place = (overlapping(boxes, last) >= _IN_PLACE) & np.array(lately, dtype=np.bool_)
    found: list[bool] = (alone & in_place.any(axis=1)).tolist()
    return found


def _affinities(
    faces: Sequence[Seen[T]], tracks: Sequence[Track[T]], policy: Policy, near: Affinities
) -> Affinities:
    found = near.copy()
    for row, face in enumerate(faces):
        for column, track in enumerate(tracks):
            likeness = track.likeness(face.shot)
            if likeness is None:
                continue
            if likeness >= policy.review:
                found[row, column] += 1 + likeness
            elif face.good and likeness < _APART:
                found[row, column] = 0
    return found
