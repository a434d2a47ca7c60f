"""When a track is told of: its verdict once, and advice no more often than helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from faces.decision import Candidate, Conclusion
from faces.policy import Policy, Verdict
from faces.rules import Rule

SHOTS = 2
SPAN_MS = 150
"""Good shots, and the time that they span, on which a verdict against somebody rests: two frames
at 5 a second, whatever their clock does."""

NEAR = 0.12
SHOTS_NEAR = 3
SPAN_NEAR_MS = 700
"""The same where the best similarity is no further below the review line. Strangers seldom are;
enrolled people whose first shots miss often are, and more shots help them. By
`bench.scenes.telling`, on people kept aside from training."""

PATIENCE_MS = 2000
"""Span of good shots after which somebody between the lines is for people to look at."""

CHANGED_MS = 1000
REPEATED_MS = 5000
"""Least time between two pieces of advice for one track: another one, and the same."""


class Shots(Protocol):
    """Good shots, as far as telling looks at them."""

    @property
    def count(self) -> int:
        """How many there were."""
        ...

    @property
    def span_ms(self) -> int:
        """From the first to the latest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a track had come to when something was told of it; all that telling looked at."""

    count: int
    """Good shots; 0 if there was none."""

    span_ms: int
    """From the first of them to the latest."""

    over: bool
    """Whether the track had ended."""

    line: float
    """Least similarity by which shots were taken for those of one person."""

    agreement: float
    """Least similarity of any two shots that it rests on; 1 for less than two."""

    def fuses_alike(self, line: float) -> bool:
        """Whether another line would certainly have taken the same shots for one person's."""
        return line == self.line or line <= self.agreement


def is_certain(
    conclusion: Conclusion,
    evidence: Shots,
    *,
    policy: Policy,
    found: Sequence[Candidate],
    over: bool,
) -> bool:
    """Whether a conclusion is the verdict of its track, or another shot may change it.

    A match is told at once: its shots pass every gate, and it clears the lines that hold for
    a single frame. A verdict against somebody waits, because one good shot may miss its own
    person, and a track has no second verdict; longer where little is missing. That it does not
    wait for ever bounds how often a stranger is compared before being told, and so how often one
    may match by chance. Shots of one instant miss together, so they have to span some time, too.

    Args:
        conclusion: What the policy says of the evidence.
        evidence: What it rests on.
        policy: By whose lines.
        found: Whom the evidence resembles, by falling similarity.
        over: Whether the track has ended: no other shot will come.
    """
    if over or conclusion.verdict is Verdict.MATCH or conclusion.rule is Rule.REVIEWERS:
        return True
    shots, span_ms = _needed(conclusion, policy, found)
    return evidence.count >= shots and evidence.span_ms >= span_ms


def _needed(conclusion: Conclusion, policy: Policy, found: Sequence[Candidate]) -> tuple[int, int]:
    """Good shots, and the time that they have to span."""
    if conclusion.verdict is not Verdict.NO_MATCH:
        return SHOTS_NEAR, PATIENCE_MS
    if found and found[0].similarity >= policy.review - NEAR:
        return SHOTS_NEAR, SPAN_NEAR_MS
    return SHOTS, SPAN_MS


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
