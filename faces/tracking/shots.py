"""What is known of somebody in view: the best shots of them, fused."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from faces.policy import Row
from faces.templates import Fused, agreeing, fuse

T = TypeVar("T")

KEPT = 5
"""Most shots that a decision rests on. More of the same face add little (methods E)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot(Generic[T]):
    """One embedded sight of a face."""

    vector: NDArray[np.float32]
    """Shape (d,), unit length."""

    quality: float
    """Range [0, 1]."""

    contract_id: str
    """The space of the vector."""

    offset_ms: int
    """When, by the clock of the stream."""

    sample: T
    """What it was made of; nothing here looks into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Generic[T]):
    """Good shots of one person: those that pass every gate of one policy row."""

    policy: Row
    """Whose gates they pass, and by whose lines they are judged."""

    best: tuple[Shot[T], ...]
    """1 to `KEPT` shots that agree, by time; all of one contract."""

    vectors: Vectors
    """Of them, one row each."""

    fused: Fused
    """What they say together, the better ones more."""

    count: int
    """How many there were, those that were not kept included."""

    since_ms: int
    until_ms: int
    """Times of the first and of the latest one."""

    @property
    def contract_id(self) -> str:
        """The space of all vectors."""
        return self.best[0].contract_id

    @property
    def agreement(self) -> float:
        """Least similarity of any two of the shots; 1 for a single one."""
        return min(1.0, float(np.min(self.vectors @ self.vectors.T)))

    @property
    def span_ms(self) -> int:
        """From the first shot to the latest."""
        return self.until_ms - self.since_ms

    def likeness(self, shot: Shot[T]) -> float | None:
        """Similarity with the most similar shot; None for vectors of two spaces."""
        if shot.contract_id != self.contract_id:
            return None
        return float(np.max(self.vectors @ shot.vector))


def gather(before: Evidence[T] | None, shot: Shot[T], policy: Row) -> Evidence[T]:
    """Add a good shot.

    Who is in view now counts: a shot that contradicts those before it begins anew, as does
    one of another model, or one that was judged by another policy. So a decision is about
    one person, one space and one row, whatever became of the track.

    Args:
        before: What was known; None for the first shot.
        shot: Passes every gate of the policy.
        policy: Its `review` line tells whether two shots agree.
    """
    same = before and before.policy == policy and before.contract_id == shot.contract_id
    if before is None or not same:
        return _evidence(policy, [shot], count=1, since_ms=shot.offset_ms)
    shots = [*before.best, shot]
    kept = agreeing(_vectors(shots), _qualities(shots), line=policy.review)
    if not kept[-1]:
        return _evidence(policy, [shot], count=1, since_ms=shot.offset_ms)
    good = [each for each, agrees in zip(shots, kept, strict=True) if agrees]
    return _evidence(policy, good, count=before.count + 1, since_ms=before.since_ms)


def _evidence(policy: Row, shots: list[Shot[T]], *, count: int, since_ms: int) -> Evidence[T]:
    best = sorted(shots, key=lambda shot: -shot.quality)[:KEPT]
    best.sort(key=lambda shot: shot.offset_ms)
    vectors = _vectors(best)
    fused = fuse(vectors, _qualities(best), line=policy.review)
    return Evidence(
        policy=policy,
        best=tuple(shot for shot, kept in zip(best, fused.kept, strict=True) if kept),
        vectors=vectors[fused.kept],
        fused=fused,
        count=count,
        since_ms=since_ms,
        until_ms=shots[-1].offset_ms,
    )


def _vectors(shots: list[Shot[T]]) -> Vectors:
    return np.stack([shot.vector for shot in shots])


def _qualities(shots: list[Shot[T]]) -> NDArray[np.float32]:
    return np.array([shot.quality for shot in shots], dtype=np.float32)
