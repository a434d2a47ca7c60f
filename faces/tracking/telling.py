"""When a track is told of: its verdict once, and advice no more often than helps."""

from dataclasses import dataclass
from typing import Any

from faces.decision import Conclusion
from faces.policy import Verdict
from faces.rules import Rule
from faces.tracking.shots import Evidence

SHOTS = 3
SPAN_MS = 300
"""Good shots, and the time that they span, on which a verdict against somebody rests."""

PATIENCE_MS = 2000
"""Span of good shots after which somebody between the lines is for people to look at."""

CHANGED_MS = 1000
REPEATED_MS = 5000
"""Least time between two pieces of advice for one track: another one, and the same."""


def is_certain(conclusion: Conclusion, evidence: Evidence[Any], *, over: bool) -> bool:
    """Whether a conclusion is the verdict of its track, or another shot may change it.

    A match is told at once: its shots pass every gate, and it clears the lines that hold for
    a single frame. A verdict against somebody waits, because one good shot may miss its own
    person, and a track has no second verdict. That it does not wait for longer bounds
    how often a stranger is compared before being told, and so how often one may match by
    chance. Shots of one instant miss together, so they have to span some time, too.

    Args:
        conclusion: What the policy says of the evidence.
        evidence: What it rests on.
        over: Whether the track has ended: no other shot will come.
    """
    if over or conclusion.verdict is Verdict.MATCH or conclusion.rule is Rule.REVIEWERS:
        return True
    against = conclusion.verdict is Verdict.NO_MATCH
    needed_ms = SPAN_MS if against else PATIENCE_MS
    return evidence.count >= SHOTS and evidence.span_ms >= needed_ms


@dataclass(frozen=True, slots=True)
class Advised:
    """Advice that was given."""

    rule: Rule
    advices: tuple[str, ...]
    offset_ms: int


def is_news(conclusion: Conclusion, last: Advised | None, now_ms: int) -> bool:
    """Whether advice should be given now.

    Args:
        conclusion: Of a shot that does not pass.
        last: What was said last of the same track; None if nothing was.
        now_ms: When the shot was taken.
    """
    if last is None:
        return True
    same = (last.rule, last.advices) == (conclusion.rule, conclusion.advices)
    return now_ms - last.offset_ms >= (REPEATED_MS if same else CHANGED_MS)
