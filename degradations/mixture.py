"""What training sees: crops spoiled and covered at random, in the order in which it happens.

Something stands before the face; light falls on it; the lens and movement blur it; few pixels see
it; their noise, and the compression of what they saw, come last. An aligner that was misled moves
the crop, and the mask with it.
"""

from dataclasses import dataclass

import numpy as np

from degradations import (
    blur,
    cctv,
    compression,
    exposure,
    night_gate,
    pose_crop,
    rephotograph,
    resolution,
    sensor,
)
from degradations.cause import SIDE, Cause, Crop, chance
from degradations.occlusions import OCCLUDERS, Mask, Occluded

SCENES: tuple[Cause, ...] = (night_gate.NIGHT_GATE, rephotograph.REPHOTOGRAPH, cctv.CCTV)

LADDERS: dict[str, Cause] = {
    each.name: each
    for each in (
        sensor.ISO,
        exposure.UNDER,
        exposure.OVER,
        blur.MOTION,
        blur.DEFOCUS,
        resolution.RESOLUTION,
        compression.COMPRESSION,
        pose_crop.POSE_CROP,
        *SCENES,
    )
}
"""By name, in the order of tables and sheets."""

_SCENE_SHARE = 0.12
_SECOND_SHARE = 0.12
_CAUSES = {"exposure": 0.12, "blur": 0.2, "resolution": 0.28, "sensor": 0.26, "compression": 0.14}
_COUNTS = (0.55, 0.3, 0.15)
_MISPLACED_SHARE = 0.15
_WEIGHTS = {
    "surgical mask": 4, "N95": 3, "cloth mask": 4, "respirator": 1.5, "sunglasses": 6,
    "eyeglasses": 2, "sleep mask": 2, "scarf": 4, "hood": 2, "hat": 2, "hand": 6, "cup": 3,
    "book": 3, "phone": 3, "microphone": 1.5, "fringe": 2, "strands": 2, "block": 14, "blob": 6,
    "scatter": 2, "bars": 2,
}  # fmt: skip
_REGION_WEIGHT = 1.4


@dataclass(frozen=True, slots=True)
class Degraded:
    """A crop as training sees it."""

    crop: Crop
    """Another crop; the one given is unchanged."""

    mask: Mask
    """What is hidden; all False if nothing is."""

    causes: tuple[str, ...]
    """Names of what was done, in order; empty for a clean crop."""


def mix(crop: Crop, generator: np.random.Generator, *, occlude: float, spoil: float) -> Degraded:
    """Draw one training crop.

    Args:
        crop: Left unchanged.
        generator: The same state gives the same bytes.
        occlude: Share of the crops with something in front of them; two things on some.
        spoil: Share of the crops that a camera, an aligner or a scene spoils, in one or several
            ways. Independent of `occlude`: ``(1 - occlude) * (1 - spoil)`` stay clean.
    """
    mask = np.zeros((SIDE, SIDE), dtype=np.bool_)
    causes: list[str] = []
    spoiled = crop.copy()
    if chance(generator, occlude):
        for _ in range(1 + chance(generator, _SECOND_SHARE)):
            name = _NAMES[int(np.searchsorted(_EDGES, generator.random()))]
            covered: Occluded = OCCLUDERS[name].cover(spoiled, generator)
            spoiled, mask = covered.crop, mask | covered.mask
            causes.append(name)
    if chance(generator, spoil):
        spoiled, mask = _spoiled(spoiled, mask, causes, generator)
    return Degraded(spoiled, mask, tuple(causes))


def _spoiled(
    crop: Crop, mask: Mask, causes: list[str], generator: np.random.Generator
) -> tuple[Crop, Mask]:
    if chance(generator, _MISPLACED_SHARE):
        cause = pose_crop.POSE_CROP
        matrix = pose_crop.misplacement(cause.draw(generator), generator)
        crop = pose_crop.warped(crop, matrix)
        mask = pose_crop.warped(mask.astype(np.uint8) * 255, matrix) > 127  # noqa: PLR2004  half
        causes.append(cause.name)
    if chance(generator, _SCENE_SHARE):
        scene = SCENES[int(generator.integers(len(SCENES)))]
        causes.append(scene.name)
        return scene.spoil(crop, generator), mask
    count = 1 + int(np.searchsorted(np.cumsum(_COUNTS)[:-1], generator.random()))
    weights = np.array(list(_CAUSES.values()))
    picked = set(generator.choice(list(_CAUSES), count, replace=False, p=weights / weights.sum()))
    return photographed(crop, picked, causes, generator), mask


def photographed(
    crop: Crop, stages: set[str], causes: list[str], generator: np.random.Generator
) -> Crop:
    """Go through the named stages in the order of light; what was done is added to `causes`.

    Each of k stages is the mildest of k draws: three severe ones leave nothing to learn from.
    """
    draws = len(stages)
    done: list[Cause] = []
    if "exposure" in stages:
        done.append(exposure.UNDER if chance(generator, 0.65) else exposure.OVER)
    if "blur" in stages:
        done.append(blur.MOTION if chance(generator, 0.5) else blur.DEFOCUS)
    for cause in done:
        crop = cause.spoil(crop, generator, draws=draws)
    # Half of the small faces come from a large sensor and a scaled video, whose noise and blocks
    # are of the full size; the others are as small as the sensor saw them.
    small = "resolution" in stages
    early = small and chance(generator, 0.5)
    if small:
        crop = resolution.downscaled(crop, resolution.RESOLUTION.mildest(generator, draws))
        done.append(resolution.RESOLUTION)
        if not early:
            crop = resolution.upscaled(crop, resolution.upscale(generator))
    for stage, cause in (("sensor", sensor.ISO), ("compression", compression.COMPRESSION)):
        if stage in stages:
            crop = cause.spoil(crop, generator, draws=draws)
            done.append(cause)
    if early:
        crop = resolution.upscaled(crop, resolution.upscale(generator))
    causes.extend(cause.name for cause in done)
    return crop


_ALL_WEIGHTS = np.array([_WEIGHTS.get(name, _REGION_WEIGHT) for name in OCCLUDERS])
_NAMES = tuple(OCCLUDERS)
_EDGES = np.cumsum(_ALL_WEIGHTS / _ALL_WEIGHTS.sum())[:-1]
