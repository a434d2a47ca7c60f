"""Lines through the space of what happens to a probe.

ISO x size x blur x JPEG x scene are five dimensions; a table of their product could not be read.
Shown are the plane of ISO and size, because noise and missing pixels are what an enhancer is for;
lines of blur and of JPEG through one point of it (56 px, ISO 3200), where the frozen embedder still
finds two of three; video that was enlarged; and the scenes, which bring blur, noise and JPEG of
their own. All other combinations are drawn at random by the sets.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from degradations import SCENES, Crop
from degradations.cause import Cause
from evaluation.enhancement.settings import Setting
from evaluation.enhancement.shots import Shot, Taken, take

SIZES = (112.0, 56.0, 28.0, 14.0)
ISOS = (400.0, 1600.0, 3200.0, 6400.0, 12800.0)
CENTRE = Shot(across=56.0, iso=3200.0)
_QUALITIES = (80.0, 40.0, 20.0, 10.0)
_LENGTHS = (3.0, 6.0, 9.0, 12.0)
_STRENGTHS = (0.5, 1.0)


def ladders() -> list[Setting]:
    """The plane, the lines, enlarged video, and the scenes."""
    plane = [Shot(across=across, iso=iso) for across in SIZES for iso in ISOS]
    enlarged = [Shot(across=across, iso=CENTRE.iso, enlarged=True) for across in SIZES[1:]]
    blurred = [replace(CENTRE, motion=length) for length in _LENGTHS]
    compressed = [replace(CENTRE, quality=quality) for quality in _QUALITIES]
    return [
        *[_setting("ISO and size", f"ISO {each.iso:g}", each) for each in plane],
        *[_setting("enlarged before it was sent", "enlarged", each) for each in enlarged],
        *[_setting("blur", f"motion {each.motion:g} px", each) for each in blurred],
        *[_setting("JPEG", f"JPEG {each.quality:g}", each) for each in compressed],
        *[_scene(cause, strength) for cause in SCENES for strength in _STRENGTHS],
    ]


def _setting(group: str, what: str, shot: Shot) -> Setting:
    def taken(crop: Crop, chance: np.random.Generator) -> Taken:
        return take(crop, shot, chance)

    return Setting(name=f"{shot.across:g} px, {what}", group=group, take=taken)


def _scene(cause: Cause, strength: float) -> Setting:
    return Setting(
        name=f"{cause.name} {strength:g}", group="scenes", take=partial(_played, cause, strength)
    )


def _played(cause: Cause, strength: float, crop: Crop, chance: np.random.Generator) -> Taken:
    # What a scene keeps of a face is not known: unknown is told as whole.
    return Taken(cause.apply(crop, strength, chance), 1.0, float("nan"))
