"""Numbers for people, rounded so that they never contradict the rule that they explain."""

import math


def below(value: float, digits: int) -> str:
    """A value that fell short of a line: 39.6 against a line of 40 reads 39, not 40."""
    step = 10**digits
    return f"{math.floor(value * step) / step if math.isfinite(value) else value:.{digits}f}"


def above(value: float, digits: int) -> str:
    """A value that went beyond a line: 35.2 against a line of 35 reads 36, not 35."""
    step = 10**digits
    return f"{math.ceil(value * step) / step if math.isfinite(value) else value:.{digits}f}"
