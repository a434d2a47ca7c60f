"""One sentence on what to do about a camera."""

from faces.insight.causes import CAUSES
from faces.insight.groups import Group
from faces.insight.probe import Outcome
from faces.insight.trend import LEAST_FACES, Trend

_FEW = 0.08
"""Share of low quality that is no camera's fault: twice that of clean photos (docs/policies.md)."""

_EMPTY = 0.5
"""Share of pictures without a face from which on somebody should see what the camera sees."""


def sentence(group: Group) -> str:
    """Say how a camera does and what to do about it, for people."""
    now = group.now
    if not now.records:
        return "no decision in this period: see whether the camera is on"
    empty = now.outcomes[Outcome.NO_FACE] / now.records
    if empty > _EMPTY and now.records >= LEAST_FACES:
        return f"{empty:.0%} of {now.records} pictures show no face: see what the camera sees"
    if now.faces < LEAST_FACES:
        return f"too few faces to judge the camera by: {now.faces}"
    found = f"{now.low_share:.0%} of {now.faces} faces are of low quality{_moved(group)}"
    if now.low_share < _FEW:
        rest = "watch it" if group.trend is Trend.WORSE else "nothing to do"
        return f"{found}: {rest}"
    cause, count = now.by_cause[0]
    sign = CAUSES[cause]
    return f"{found}; {count / now.low:.0%} of these are {sign.words}: {sign.remedy}"


def _moved(group: Group) -> str:
    match group.trend:
        case Trend.WORSE:
            return f", up from {group.before.low_share:.0%}"
        case Trend.BETTER:
            return f", down from {group.before.low_share:.0%}"
        case _:
            return ""
