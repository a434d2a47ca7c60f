"""A ceiling camera far away: the crop is 42 x 56 of its pixels, sharpened, and JPEG.

Article 000 puts such a picture at quality .28, between ISO 6400 and 12800, and so does the embedder
here. The pixels of such video are not square, so there are fewer across than down. Strength 1 is
42 x 56 at JPEG quality 20 to 35 (`methods` C.1: CCTV 15 to 50).
"""

import cv2
import numpy as np

from degradations.cause import Cause, Crop, uniform
from degradations.compression import compress_anywhere
from degradations.light import pixels
from degradations.resolution import upscale, upscaled
from degradations.scenes import STEPS
from degradations.sensor import sense


def cctv(crop: Crop, strength: float, generator: np.random.Generator) -> Crop:
    """Record the crop there."""
    across, down = (2 * round(side / strength / 2) for side in (42, 56))
    size = (min(across, 112), min(down, 112))
    small = pixels(cv2.resize(crop, size, interpolation=cv2.INTER_AREA))
    small = sense(small, 1600.0 * strength * generator.uniform(0.5, 1.5), generator)
    soft = cv2.GaussianBlur(small, (0, 0), 1.0)
    halo = strength * generator.uniform(0.3, 0.9)
    small = pixels(cv2.addWeighted(small, 1.0 + halo, soft, -halo, 0.0))
    quality = np.clip(generator.uniform(20.0, 35.0) / strength, 5, 95)
    return upscaled(compress_anywhere(small, float(quality), generator), upscale(generator))


CCTV = Cause(name="cctv", unit="strength", ladder=STEPS, draw=uniform(0.4, 1.4), apply=cctv)
