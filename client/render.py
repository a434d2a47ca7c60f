"""Answers of the mesh in words. Nothing here says who somebody is."""

import math

from rich.text import Text

from client.console import Console, verdict
from client.types import Candidate, Decision, Quality


def decision(
    console: Console, of: Decision, *, extra: list[tuple[str, str | Text]] | None = None
) -> None:
    """Print a decision: the verdict first, then why, what was seen, what would help."""
    console.facts(
        [
            ("verdict", verdict(of.verdict)),
            ("rule", rule(of)),
            ("why", of.reason),
            *(extra or []),
            ("confirm", _confirm(of)),
            ("advice", "; ".join(of.advices)),
            ("without", ", ".join(of.degradations)),
            ("enhanced", _enhanced(of)),
            ("scene", f"{of.scene}, policy {of.policy_version}"),
            ("model", of.contract_id),
            ("decision", of.decision_id),
        ]
    )


def _enhanced(of: Decision) -> str:
    """Empty unless a derived picture had a part in it."""
    if not of.enhanced:
        return ""
    raw = "" if of.raw_similarity is None else f"; without, similarity {of.raw_similarity:.3f}"
    return f"a derived picture was compared{raw}"


def _confirm(of: Decision) -> str:
    """Empty unless people must confirm."""
    if not of.needed_reviewer_count:
        return ""
    where = f": review {of.review_id}" if of.review_id else ""
    people = "1 person" if of.needed_reviewer_count == 1 else f"{of.needed_reviewer_count} people"
    return f"not to be acted upon before {people} confirmed it{where}"


def rule(of: Decision) -> str:
    """The name of the rule that fired."""
    return of.rule.value if of.rule else "one that this client does not know"


def quality(of: Quality | None) -> str:
    """A quality score with its band and, if known, its interval."""
    if of is None:
        return ""
    interval = f" ({of.interval[0]:.2f} to {of.interval[1]:.2f})" if of.interval else ""
    return f"{of.score:.2f} {band(of)}{interval}"


def band(of: Quality) -> str:
    """The band as people say it."""
    return of.band.name.lower().replace("_", " ")


def similarity(of: float | None) -> str:
    """A comparison score; empty if there was no comparison."""
    return "" if of is None else f"{of:.3f}"


def ratio(log: float | None) -> str:
    """How many times likelier a similarity is for one person than for two strangers."""
    return "" if log is None else f"{math.exp(log):.2g}"


def resembles(of: Candidate | None) -> str:
    """Whom a probe resembles."""
    return f"resembles {of.person_id}, similarity {of.similarity:.3f}" if of else ""


def candidates(console: Console, of: tuple[Candidate, ...]) -> None:
    """Print ranked candidates."""
    weighed = any(c.log_likelihood_ratio is not None for c in of)
    console.table(
        [
            *("rank ", "resembles", "similarity "),
            *(["likelihood ratio "] if weighed else []),
            *("template quality ", "template"),
        ],
        [
            [
                str(c.rank),
                c.person_id,
                similarity(c.similarity),
                *([ratio(c.log_likelihood_ratio)] if weighed else []),
                f"{c.template_quality:.2f}",
                c.template_id,
            ]
            for c in of
        ],
    )
