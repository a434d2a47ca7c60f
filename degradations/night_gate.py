"""A turnstile at night: little warm light from one side, high ISO, a walking person, JPEG.

At strength 1 the picture stays about one stop too dark although the camera's gain is up (ISO 1400
to 2800), and the shutter is open for 4 px of movement. Article 000 puts such a picture at quality
.36, beside ISO 6400 (.37); the embedder finds the two about as far from the clean crop here, too.
"""

import numpy as np

from degradations.blur import motion
from degradations.cause import Cause, Crop, chance, uniform
from degradations.compression import compress_anywhere
from degradations.scenes import STEPS, lit, slope
from degradations.sensor import sense_and_clean

_SODIUM = np.array([0.45, 0.85, 1.15])
_LED = np.array([1.15, 1.05, 0.8])


def night_gate(crop: Crop, strength: float, generator: np.random.Generator) -> Crop:
    """Photograph the crop there."""
    lamp = _SODIUM if chance(generator, 0.7) else _LED
    cast = 1.0 + (lamp - 1.0) * min(1.0, strength) * generator.uniform(0.6, 1.0)
    stops = strength * generator.uniform(0.6, 1.2)
    side = slope(generator.uniform(0, 2 * np.pi)) * np.float32(0.5 * min(1.0, strength))
    light = (1.0 + side)[..., None] * (0.5**stops * cast).astype(np.float32)
    dark = motion(lit(crop, light), 1.0 + 3.0 * strength * generator.uniform(0.6, 1.4), generator)
    iso = 2000.0 * strength * generator.uniform(0.7, 1.4)
    quality = 75.0 - 40.0 * min(1.25, strength) * generator.uniform(0.8, 1.2)
    return compress_anywhere(sense_and_clean(dark, iso, generator), quality, generator)


NIGHT_GATE = Cause(
    name="night gate", unit="strength", ladder=STEPS, draw=uniform(0.2, 1.3), apply=night_gate
)
