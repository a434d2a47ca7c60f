"""Sunglasses, opaque or mirroring, thick frames, sleep masks.

Lenses are drawn around an eye, 35.24 px from the other; sizes are those of real glasses at 63 mm
between the eyes: lenses of 45 to 60 mm, frames of 1 to 6 mm.
"""

import numpy as np

from degradations.cause import INTER_EYE_PX, Crop, chance, uniform
from degradations.occlusions import colours, shapes, texture
from degradations.occlusions.occluder import Occluded, Occluder, Paint, Plane, put_on
from degradations.occlusions.prints import FABRICS, picture, some
from degradations.occlusions.shapes import Points, Pose

_EYE_Y = 51.6
_AXIS = 55.9
_LENSES: dict[str, tuple[tuple[float, float], ...]] = {
    "round": tuple(map(tuple, shapes.ellipse(0, 0.5, 13, 12.5))),
    "aviator": ((-14, -8), (0, -9.5), (12, -8), (13, 0), (9, 9), (1, 14), (-8, 12), (-14, 3)),
    "wayfarer": ((-16, -10), (0, -9), (13, -8), (13, 2), (9, 9), (-4, 10), (-12, 8), (-15, 0)),
    "rectangle": ((-15, -7), (0, -7.5), (13, -7), (13.5, 5), (11, 7.5), (-12, 7.5), (-15, 5)),
    "cat eye": ((-18, -12), (-6, -8), (12, -7), (12, 2), (7, 8), (-4, 9), (-12, 5)),
    "large": ((-18, -13), (0, -14), (14, -12), (14.5, 4), (8, 15), (-6, 17), (-17, 8)),
}
"""Around the eye at the left of the picture: x grows towards the nose."""

_SIZES = (0.85, 1.0, 1.2)


def sunglasses(crop: Crop, size: float, generator: np.random.Generator) -> Occluded:
    """Dark, coloured or mirroring lenses in a frame; one of eight is one lens for both eyes."""
    how = shapes.worn(generator, size, y=_EYE_Y)
    lenses = [shapes.posed(outline, how) for outline in _lenses(generator)]
    frame = _frame(lenses, how, int(generator.integers(1, 4)))
    lens = shapes.fill(*lenses)
    tint = generator.uniform(0.8, 1.0)
    surface = _mirror(crop, generator) if chance(generator, 0.4) else _dark(generator)
    paint = texture.between(frame, surface, _rim(generator))
    alpha = np.maximum(frame, lens * np.float32(tint))
    return put_on(crop, paint, alpha, generator, shadow=0.25)


def eyeglasses(crop: Crop, size: float, generator: np.random.Generator) -> Occluded:
    """Thick frames around clear lenses, with glare on some."""
    how = shapes.worn(generator, size, y=_EYE_Y)
    lenses = [shapes.posed(outline, how) for outline in _lenses(generator)]
    frame = _frame(lenses, how, int(generator.choice([1, 2, 2, 3, 3, 4, 5])))
    lens = shapes.fill(*lenses)
    glare = np.zeros_like(lens)
    if chance(generator, 0.5):
        band = texture.wave(generator, 30, 90, generator.uniform(0, np.pi))
        glare = np.clip((band - generator.uniform(0.5, 0.95)) * 4, 0, 1) * lens
    tint = lens * np.float32(generator.uniform(0.0, 0.25))
    alpha = np.maximum(np.maximum(frame, tint), glare * np.float32(generator.uniform(0.5, 0.95)))
    clear = colours.grey(generator, 10, 230)
    paint = texture.between(
        glare, np.broadcast_to(clear, (112, 112, 3)), np.full(3, 255, np.float32)
    )
    paint = texture.between(frame, paint, _rim(generator))
    return put_on(crop, paint, alpha, generator, shadow=0.3)


def sleep_mask(crop: Crop, size: float, generator: np.random.Generator) -> Occluded:
    """A band of fabric over both eyes, sometimes with a strap."""
    how = shapes.worn(generator, size, y=_EYE_Y)
    half = [(56, 38), (40, 35), (20, 37), (8, 44), (10, 58), (24, 68), (42, 68), (52, 60)]
    other = shapes.mirrored(half)[1:][::-1]
    outline = shapes.jittered(np.vstack([half, [(56, 58)], other]), 1.5, generator)
    cover = shapes.fill(shapes.smooth(shapes.posed(outline, how)))
    if chance(generator, 0.7):
        strap = shapes.posed([(-10, 48), (122, 48)], how)
        cover = np.maximum(cover, shapes.lines([strap], int(generator.integers(2, 8))))
    return put_on(crop, some(FABRICS, crop, generator), cover, generator)


def _lenses(generator: np.random.Generator) -> list[Points]:
    if chance(generator, 0.12):
        top, side, bottom = generator.uniform((34, 8, 64), (40, 16, 76))
        half = np.array(
            [(56, top), (side, top + 2), (side + 3, bottom - 4), (40, bottom), (52, 62)]
        )
        return [shapes.smooth(np.vstack([half, shapes.mirrored(half)[1:][::-1]]))]
    names = list(_LENSES)
    outline = np.array(_LENSES[names[int(generator.integers(len(names)))]])
    outline = shapes.jittered(outline * generator.uniform(0.9, 1.15, 2), 0.3, generator)
    eye = np.array([_AXIS - INTER_EYE_PX / 2, _EYE_Y + generator.uniform(0, 4)])
    left = shapes.smooth(outline) + eye
    return [left, shapes.mirrored(left, _AXIS)]


def _frame(lenses: list[Points], how: Pose, thickness: int) -> Plane:
    """Rims, arms, and the bridge of two lenses."""
    rims = shapes.lines(lenses, thickness, closed=True)
    arm = np.array([(23.0, 49.0), (-6.0, 45.0)])
    bridge = np.array([(49.0, 50.0), (56.0, 47.5), (63.0, 50.0)])
    ways = [shapes.posed(way, how) for way in (arm, shapes.mirrored(arm), bridge)][
        : len(lenses) + 1
    ]
    return np.maximum(rims, shapes.lines(ways, max(1, thickness)))


def _rim(generator: np.random.Generator) -> colours.Colour:
    """Mostly black or of dark horn, else of any colour."""
    if chance(generator, 0.6):
        return colours.near(np.array([30, 36, 44], np.float32), 0.3, generator)
    return colours.anything(generator)


def _dark(generator: np.random.Generator) -> Paint:
    """Dark above, lighter below, of some tint; a streak of light on it."""
    below = colours.near(colours.anything(generator) * np.float32(0.35), 0.1, generator)
    share = np.linspace(-0.6, 1.6, 112, dtype=np.float32)[:, None] * np.ones(112, np.float32)
    paint = texture.between(np.clip(share, 0, 1), colours.grey(generator, 5, 40), below)
    streak = np.clip(texture.wave(generator, 40, 120, generator.uniform(0, np.pi)) - 0.8, 0, 1)
    return np.asarray(paint + streak[..., None] * np.float32(generator.uniform(0, 600)), np.float32)


def _mirror(crop: Crop, generator: np.random.Generator) -> Paint:
    """The scene before the face: a bright sky over a dark ground, or a blurred picture."""
    if chance(generator, 0.4):
        return picture(crop, generator)
    ground = colours.near(colours.anything(generator), 0.2, generator) * np.float32(0.5)
    horizon = np.linspace(-30, 82, 112) - generator.uniform(10, 35)
    hills = horizon[:, None] + 16 * (texture.clouds(generator, (6, 12)) - 0.5)
    share = np.clip(hills / generator.uniform(1, 12) + 0.5, 0, 1).astype(np.float32)
    return texture.between(share, colours.near(colours.paint(generator), 0.1, generator), ground)


SUNGLASSES = Occluder(
    name="sunglasses", unit="size", ladder=_SIZES, draw=uniform(0.85, 1.2), apply=sunglasses
)
EYEGLASSES = Occluder(
    name="eyeglasses", unit="size", ladder=_SIZES, draw=uniform(0.85, 1.2), apply=eyeglasses
)
SLEEP_MASK = Occluder(
    name="sleep mask", unit="size", ladder=_SIZES, draw=uniform(0.8, 1.15), apply=sleep_mask
)
