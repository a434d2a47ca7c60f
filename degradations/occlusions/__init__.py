"""Things that cover faces, drawn by code; each returns its true mask."""

from degradations.occlusions import (
    blocks,
    clothes,
    glasses,
    hair,
    hands,
    masks,
    objects,
)
from degradations.occlusions.occluder import Mask, Occluded, Occluder
from degradations.occlusions.regions import REGION_OCCLUDERS, REGIONS

THINGS: tuple[Occluder, ...] = (
    masks.SURGICAL,
    masks.N95,
    masks.CLOTH,
    masks.RESPIRATOR,
    glasses.SUNGLASSES,
    glasses.EYEGLASSES,
    glasses.SLEEP_MASK,
    clothes.SCARF,
    clothes.HOOD,
    clothes.HAT,
    hands.HAND,
    objects.CUP,
    objects.BOOK,
    objects.PHONE,
    objects.MICROPHONE,
    hair.FRINGE,
    hair.STRANDS,
    blocks.BLOCK,
    blocks.BLOB,
    blocks.SCATTER,
    blocks.BARS,
)
"""All but the regions."""

OCCLUDERS: dict[str, Occluder] = {each.name: each for each in (*THINGS, *REGION_OCCLUDERS)}
"""By name, in the order of tables and sheets."""

__all__ = ["OCCLUDERS", "REGIONS", "THINGS", "Mask", "Occluded", "Occluder"]
