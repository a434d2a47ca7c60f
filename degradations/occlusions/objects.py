"""Things that people hold before their faces: cups, books, phones, microphones."""

import numpy as np

from degradations.cause import Crop, chance, uniform
from degradations.occlusions import colours, shapes, texture
from degradations.occlusions.occluder import Occluded, Occluder, Paint, Plane, put_on
from degradations.occlusions.prints import COVERS, some
from degradations.occlusions.shapes import Pose

_SHARES = (0.1, 0.2, 0.35)


def cup(crop: Crop, share: float, generator: np.random.Generator) -> Occluded:
    """A mug, a glass or a paper cup with lid, at the mouth or anywhere; most are upright."""
    how = _held(share, (56.0, 92.0), generator, turn=0.3)
    taper = generator.uniform(0.6, 1.0)
    body = [(-0.45, -0.6), (0.45, -0.6), (0.45 * taper, 0.6), (-0.45 * taper, 0.6)]
    bottom = shapes.ellipse(0, 0.6, 0.45 * taper, 0.1)
    rim = shapes.posed(shapes.ellipse(0, -0.6, 0.45, 0.12), how)
    alpha = shapes.fill(shapes.posed(body, how), shapes.posed(bottom, how))
    alpha = np.maximum(alpha, shapes.fill(rim))
    paint = some(COVERS, crop, generator) * _tube(how, generator)
    inside = colours.near(colours.anything(generator), 0.1, generator) * np.float32(0.6)
    paint = texture.between(shapes.fill(rim), paint, inside)
    if chance(generator, 0.5):
        side = 1 if chance(generator, 0.5) else -1
        loop = shapes.posed(shapes.ellipse(side * 0.5, 0, 0.2, 0.3), how)
        handle = shapes.lines([loop], int(generator.integers(2, 6)), closed=True)
        alpha = np.maximum(alpha, handle)
    return put_on(crop, paint, alpha, generator, shadow=0.45)


def book(crop: Crop, share: float, generator: np.random.Generator) -> Occluded:
    """A cover or an open page, in perspective, with the edge of its pages."""
    how = _held(share, (56.0, 70.0), generator, turn=0.5)
    width, height = generator.uniform(0.75, 1.3), generator.uniform(0.8, 1.2)
    box = shapes.rounded_box(width, height, 0.01)
    alpha = shapes.fill(shapes.posed(box, how))
    paint = some(COVERS, crop, generator)
    band = shapes.rounded_box(width * 0.8, height * generator.uniform(0.1, 0.4), 0.02)
    if chance(generator, 0.5):
        label = shapes.fill(shapes.posed(np.add(band, (0, generator.uniform(-0.3, 0.3))), how))
        paint = texture.between(label, paint, colours.anything(generator))
    if chance(generator, 0.6):
        edge = [(-width / 2, height / 2), (width / 2, height / 2)]
        pages = shapes.lines([shapes.posed(edge, how)], int(generator.integers(2, 5)))
        paint = texture.between(pages, paint, colours.grey(generator, 190, 245))
        alpha = np.maximum(alpha, pages)
    return put_on(crop, paint, alpha, generator)


def phone(crop: Crop, share: float, generator: np.random.Generator) -> Occluded:
    """The back with cameras, or the front with a lit screen."""
    how = _held(share, (56.0, 70.0), generator, turn=1.2)
    case = shapes.rounded_box(0.7, 1.42, 0.15)
    alpha = shapes.fill(shapes.posed(shapes.smooth(case), how))
    colour = (
        colours.grey(generator, 8, 60) if chance(generator, 0.5) else colours.anything(generator)
    )
    paint = texture.between(alpha, some(COVERS, crop, generator) * np.float32(0.8), colour)
    if chance(generator, 0.3):
        paint = some(COVERS, crop, generator)
    if chance(generator, 0.35):
        screen = shapes.fill(shapes.posed(shapes.rounded_box(0.64, 1.34, 0.1), how))
        shown = some(COVERS, crop, generator) * np.float32(generator.uniform(0.7, 1.5))
        paint = paint + screen[..., None] * (shown - paint)
    else:
        lenses = [(-0.2, -0.55), (-0.2, -0.4), (-0.06, -0.48)][: int(generator.integers(1, 4))]
        spots = [shapes.posed(shapes.ellipse(x, y, 0.055, 0.055), how) for x, y in lenses]
        paint = texture.between(shapes.fill(*spots), paint, colours.grey(generator, 5, 50))
    return put_on(crop, paint.astype(np.float32), alpha, generator)


def microphone(crop: Crop, share: float, generator: np.random.Generator) -> Occluded:
    """A ball of wire or foam on a handle that comes from below."""
    size = (share * 112 * 112 * 0.6) ** 0.5
    place = (56 + generator.normal(0, 10), 98 + generator.normal(0, 6))
    how = shapes.pose((0, 0), (float(place[0]), float(place[1])), size, generator.normal(0, 0.6))
    ball = shapes.fill(shapes.posed(shapes.ellipse(0, 0, 0.48, 0.52), how))
    stick = shapes.fill(shapes.posed([(-0.3, 0.3), (0.3, 0.3), (0.2, 3), (-0.2, 3)], how))
    wire = texture.wave(generator, 2, 4, 0.8) * texture.wave(generator, 2, 4, 2.4)
    colour = (
        colours.grey(generator, 10, 190) if chance(generator, 0.7) else colours.paint(generator)
    )
    paint = colour * (0.9 + 0.25 * wave_light(how, generator) + 0.2 * wire)[..., None]
    handle = colours.anything(generator) * np.float32(0.7)
    paint = texture.between(np.clip(stick - ball, 0, 1), paint.astype(np.float32), handle)
    return put_on(crop, paint, np.maximum(ball, stick), generator, shadow=0.5)


def wave_light(how: Pose, generator: np.random.Generator) -> Plane:
    """Light on something round: from -1 at one side to 1 at the other, across `how`."""
    turn = float(np.arctan2(how[1, 0], how[0, 0]))
    length = 2.0 * float(np.hypot(how[0, 0], how[1, 0]))
    return texture.wave(generator, length, 1.5 * length, turn)


def _tube(how: Pose, generator: np.random.Generator) -> Paint:
    return np.asarray((0.9 + 0.25 * wave_light(how, generator))[..., None], dtype=np.float32)


def _held(
    share: float, where: tuple[float, float], generator: np.random.Generator, *, turn: float
) -> Pose:
    """A thing of area 1, held so that it covers `share` of the crop if all of it is on it."""
    size = share**0.5 * 112.0
    x, y = generator.normal(where, (15.0, 13.0))
    lean = generator.normal(0.0, turn)
    return shapes.pose((0, 0), (float(x), float(y)), size, lean, generator.normal(0, 0.12, 2))


CUP = Occluder(name="cup", unit="share", ladder=_SHARES, draw=uniform(0.06, 0.35), apply=cup)
BOOK = Occluder(name="book", unit="share", ladder=_SHARES, draw=uniform(0.08, 0.45), apply=book)
PHONE = Occluder(name="phone", unit="share", ladder=_SHARES, draw=uniform(0.08, 0.4), apply=phone)
MICROPHONE = Occluder(
    name="microphone", unit="share", ladder=(0.05, 0.1, 0.2), draw=uniform(0.04, 0.2),
    apply=microphone,
)  # fmt: skip
