"""What is to be told of a track, and what was."""

from collections.abc import Sequence
from dataclasses import dataclass

from faces.calibration import AcceptLine
from faces.decision import Candidate
from faces.face import Face
from faces.policy import Row, Verdict
from faces.quality import Quality
from faces.tracking import Basis, Track, is_news
from gateway.records.decision import Decision
from gateway.streaming.frames import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something to be told of a track, as soon as it is on record."""

    track: Track[View]
    policy: Row
    views: Sequence[View]
    """What it rests on, by time."""

    basis: Basis
    candidates: Sequence[Candidate] = ()
    raw_similarity: float | None = None
    line: AcceptLine | None = None

    @property
    def best(self) -> View:
        """The view of the best quality; the first one if none was embedded."""
        return max(self.views, key=_quality)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A verdict or advice, on record."""

    track_id: str
    decision: Decision
    candidates: Sequence[Candidate]
    offset_ms: int
    face: Face | None
    """Where it was seen last, and when."""

    quality: Quality | None
    """Of the best shot; None if none was embedded."""


def advice(track: Track[View]) -> Due | None:
    """For whoever is in view: what would help, if the scene asks people again."""
    view = track.last.sample
    refusal = view.sample.refusal
    if refusal is None or refusal.verdict is not Verdict.RECAPTURE:
        return None
    if not is_news(refusal, track.advised, track.seen_ms):
        return None
    return _refused(track, view, over=False)


def left(track: Track[View]) -> Due | None:
    """For whoever left without one good shot: what the scene answers to bad ones.

    Nobody is there any more to be asked again.
    """
    view = track.refused.sample if track.refused else None
    refusal = view.sample.refusal if view else None
    if view is None or refusal is None or refusal.verdict is Verdict.RECAPTURE:
        return None
    return _refused(track, view, over=True)


def _refused(track: Track[View], view: View, *, over: bool) -> Due:
    policy = view.policy
    basis = Basis(count=0, span_ms=0, over=over, line=policy.review, agreement=1.0)
    return Due(track=track, policy=policy, views=[view], basis=basis)


def _quality(view: View) -> float:
    return view.sample.judged.quality.score if view.sample.judged else -1.0
