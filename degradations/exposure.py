"""Too little light, and too much.

Severity counts stops (EV): one stop halves or doubles the light (ISO 2720). The light is linear,
clipped at white, and rounded to 8 bits afterwards, so shadows and highlights are lost for good.
"""

import numpy as np

from degradations.cause import Cause, Crop, uniform
from degradations.light import exposed


def underexpose(crop: Crop, stops: float, _generator: np.random.Generator) -> Crop:
    """Leave 1 / 2^stops of the light."""
    return exposed(crop, 0.5**stops)


def overexpose(crop: Crop, stops: float, _generator: np.random.Generator) -> Crop:
    """Take 2^stops of the light; what is then above white is white."""
    return exposed(crop, 2.0**stops)


UNDER = Cause(
    name="underexposure",
    unit="stops",
    ladder=(0.5, 1.0, 2.0, 3.0, 4.0, 5.0),
    draw=uniform(0.2, 5.0),
    apply=underexpose,
)

OVER = Cause(
    name="overexposure",
    unit="stops",
    ladder=(0.5, 1.0, 1.5, 2.0, 2.5, 3.0),
    draw=uniform(0.2, 2.6),
    apply=overexpose,
)
