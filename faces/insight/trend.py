"""Whether a camera got worse, or only had other visitors."""

import math
from enum import Enum

from faces.insight.tally import Tally

LEAST_FACES = 20
"""With fewer, a share says nothing."""

_SURE = 3.0
"""Standard errors that are no chance; two would call one camera in twenty changed every week."""


class Trend(Enum):
    """How the share of low quality moved from one period to the next."""

    TOO_FEW = "too_few"
    """There are not enough faces in one of them."""

    STEADY = "steady"
    BETTER = "better"
    WORSE = "worse"


def trend(before: Tally, now: Tally) -> Trend:
    """Compare two periods, by the test for two proportions."""
    if min(before.faces, now.faces) < LEAST_FACES:
        return Trend.TOO_FEW
    rise = now.low_share - before.low_share
    shared = (before.low + now.low) / (before.faces + now.faces)
    error = math.sqrt(shared * (1 - shared) * (1 / before.faces + 1 / now.faces))
    if abs(rise) <= _SURE * error:
        return Trend.STEADY
    return Trend.WORSE if rise > 0 else Trend.BETTER
