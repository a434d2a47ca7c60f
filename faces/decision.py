"""From a rank list to a verdict, and the rule that produced it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from faces.policy import Policy, Verdict
from faces.rounding import below
from faces.rules import Rule


@dataclass(frozen=True, slots=True)
class Candidate:
    """One enrolled person and how similar their closest template is."""

    person_id: str
    similarity: float
    template_id: str = ""
    template_quality: float = 0.0

    log_likelihood_ratio: float | None = None
    """What the similarity says, by `faces.calibration`; None if nobody calibrated it."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A verdict, the rule that fired, and what to say about it."""

    verdict: Verdict
    rule: Rule
    reason: str
    """With the values that were compared, for people."""

    advices: tuple[str, ...] = ()
    """What would help, most helpful first."""


_ABOUT_SOMEBODY = {Verdict.MATCH, Verdict.REVIEW}


def names_somebody(verdict: Verdict, candidates: Sequence[object]) -> bool:
    """Whether a verdict is about the best candidate: a hit, which people may have to confirm."""
    return verdict in _ABOUT_SOMEBODY and bool(candidates)


def decide(policy: Policy, candidates: Sequence[Candidate]) -> Conclusion:
    """Judge a search result, best candidate first.

    Args:
        policy: The lines to judge by. With a `target_fpir` that nobody resolved, nobody is a
            match: people have to look.
        candidates: Distinct persons, by falling similarity. May be empty; one for 1:1.

    Returns:
        MATCH or REVIEW are about the best candidate; NO_MATCH is about nobody.
    """
    if not candidates:
        return Conclusion(Verdict.NO_MATCH, Rule.NO_CANDIDATE, "nobody is enrolled to compare with")
    best, *others = (candidate.similarity for candidate in candidates)
    lead = best - others[0] if others else None
    if not best >= policy.review:
        text = below(
            "best similarity {} is below the review line {}", best, policy.review, digits=2
        )
        return Conclusion(Verdict.NO_MATCH, Rule.BELOW_REVIEW, text)
    if not best >= policy.accept:
        return Conclusion(Verdict.REVIEW, Rule.BELOW_ACCEPT, _short(best, policy.accept))
    if lead is not None and not lead >= policy.margin:
        text = below(
            "the runner-up is {} behind, this scene needs {}", lead, policy.margin, digits=2
        )
        return Conclusion(Verdict.REVIEW, Rule.MARGIN, text)
    if policy.reviewers:
        text = f"similarity {best:.2f} clears every line; {policy.reviewers} people must confirm"
        return Conclusion(Verdict.REVIEW, Rule.REVIEWERS, text)
    return Conclusion(Verdict.MATCH, Rule.ACCEPT, f"similarity {best:.2f} clears every line")


def _short(best: float, accept: float) -> str:
    """Why somebody who clears the review line is no match."""
    if math.isinf(accept):
        return f"best similarity {best:.2f} clears the review line; there is no line for a match"
    return below("best similarity {} is below the accept line {}", best, accept, digits=2)
