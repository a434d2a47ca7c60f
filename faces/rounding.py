"""Numbers in sentences for people, rounded so that they never contradict the rule."""

import math
from collections.abc import Callable


def below(sentence: str, value: float, line: float, *, digits: int) -> str:
    """Say that a value fell short of a line: 39.6 against 40 reads 39, not 40.

    Args:
        sentence: With two places, ``{}``: the value's and the line's.
        value: Below `line`, or not a number.
        line: What it should have reached.
        digits: Behind the decimal point.
    """
    return _say(sentence, value, line, digits, fair=lambda v, o: v < o, away=math.floor)


def above(sentence: str, value: float, line: float, *, digits: int) -> str:
    """Say that a value went beyond a line: 35.2 against 35 reads 36, not 35. See `below`."""
    return _say(sentence, value, line, digits, fair=lambda v, o: v > o, away=math.ceil)


def _say(
    sentence: str,
    value: float,
    line: float,
    digits: int,
    *,
    fair: Callable[[float, float], bool],
    away: Callable[[float], int],
) -> str:
    shown, limit = f"{value:.{digits}f}", f"{line:.{digits}f}"
    if math.isfinite(value) and not fair(float(shown), float(limit)):
        shown = f"{away(value * 10**digits) / 10**digits:.{digits}f}"
    return sentence.format(shown, limit)
