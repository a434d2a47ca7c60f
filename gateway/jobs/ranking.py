"""Tracks in the order in which people should look at them. Nothing here says who somebody is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from faces.decision import Candidate, decide
from faces.policy import Row
from gateway.jobs.following import Trail

_DIGITS = 6
"""Of similarities and what is made of them: the last bits of a sum may depend on who else was
searched for at that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A track, whom it resembles, and what the policy concludes."""

    trail: Trail
    candidates: tuple[Candidate, ...]
    """By falling similarity. Resemblance, not identity."""

    verdict: str
    rule: str
    reason: str

    @property
    def score(self) -> float:
        """Similarity of the most similar candidate; 0 without any."""
        return self.candidates[0].similarity if self.candidates else 0.0

    @property
    def weight(self) -> float:
        """Quality times score: what the rank goes by."""
        return round(self.trail.quality * max(0.0, self.score), _DIGITS)


def judged(policy: Row, trail: Trail, found: Sequence[Candidate]) -> Ranked:
    """Judge one track.

    A track that rests on refused sights keeps their refusal, whomever it resembles: candidates of
    a bad picture are strangers more often than not.
    """
    candidates = tuple(map(_rounded, found))
    refusal = trail.best.refusal
    if refusal:
        verdict, rule, reason = refusal.verdict.value, refusal.rule, refusal.reason
    else:
        conclusion = decide(policy, candidates)
        verdict, rule = conclusion.verdict.value, conclusion.rule.value
        reason = conclusion.reason
    return Ranked(trail=trail, candidates=candidates, verdict=verdict, rule=rule, reason=reason)


def ranked(tracks: Sequence[Ranked]) -> list[Ranked]:
    """All tracks, none left out: by quality times score, then by file and first sight."""
    return sorted(tracks, key=lambda each: (-each.weight, each.trail.source, each.trail.number))


def _rounded(candidate: Candidate) -> Candidate:
    ratio = candidate.log_likelihood_ratio
    return replace(
        candidate,
        similarity=round(candidate.similarity, _DIGITS),
        template_quality=round(candidate.template_quality, _DIGITS),
        log_likelihood_ratio=None if ratio is None else round(ratio, _DIGITS),
    )
