"""From a native value to a score from 0 to 100."""

import math


def sigmoid(x: float, x0: float, w: float) -> float:
    """Rise from 0 to 1 around `x0`, over about four `w`; falls for w < 0."""
    # tanh is the logistic function without its overflow.
    return (1 + math.tanh((x - x0) / (2 * w))) / 2


def curve(x: float, *, x0: float, w: float, h: float = 100, a: float = 0, s: float = 1) -> int:
    """Map by ISO/IEC 29794-5's sigmoid: ``h * (a + s * sigmoid(x))``, rounded and clipped."""
    return whole(h * (a + s * sigmoid(x, x0, w)))


def whole(value: float) -> int:
    """Round halves away from 0, as C does, and clip to [0, 100]."""
    return min(100, max(0, math.floor(value + 0.5)))
