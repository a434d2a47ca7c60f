"""Surfaces with something on them: letters, or a part of a picture."""

import cv2
import numpy as np

from degradations.cause import SIDE, Crop
from degradations.light import pixels
from degradations.occlusions import texture
from degradations.occlusions.colours import anything
from degradations.occlusions.occluder import Paint
from degradations.occlusions.texture import Texture

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789   "


def text(crop: Crop, generator: np.random.Generator) -> Paint:
    """Lines of letters, large as a title or small as a page."""
    page = pixels(texture.solid(crop, generator))
    ink = tuple(float(level) for level in anything(generator))
    size = generator.uniform(0.25, 1.1)
    height = int(26 * size) + 2
    for line in range(int(generator.integers(0, height)), SIDE + height, height):
        picks = generator.integers(0, len(_LETTERS), int(9 / size) + 2)
        words = "".join(_LETTERS[pick] for pick in picks)
        font = cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(page, words, (-4, line), font, size, ink, 1 + int(size * 2), cv2.LINE_AA)
    return page.astype(np.float32)


def picture(crop: Crop, generator: np.random.Generator) -> Paint:
    """A small part of the crop itself, turned, large and in other colours.

    It has the detail of a photo, but the face must not show in it: nobody is to be recognised by
    what covers the face.
    """
    turn, zoom = generator.uniform(0.3, 1.7) * np.pi, generator.uniform(3.0, 7.0)
    centre = tuple(float(place) for place in generator.uniform(10, 102, 2))
    warp = cv2.getRotationMatrix2D(centre, float(np.degrees(turn)), zoom)
    warp = warp + np.array([[0, 0, 1]]) * generator.uniform(-30, 30, (2, 1))
    odd = crop[..., generator.permutation(3)]
    part = cv2.warpAffine(odd, warp, (SIDE, SIDE), borderMode=cv2.BORDER_WRAP)
    tint = generator.uniform(0.5, 1.4, 3).astype(np.float32)
    return np.asarray(part * tint, dtype=np.float32)


FABRICS: tuple[Texture, ...] = (
    texture.solid,
    texture.weave,
    texture.weave,
    texture.stripes,
    texture.plaid,
    texture.dots,
    texture.camouflage,
    texture.mottle,
)
"""What clothes are made of."""

COVERS: tuple[Texture, ...] = (
    texture.solid,
    texture.gradient,
    texture.stripes,
    texture.mottle,
    text,
    text,
    picture,
    picture,
)
"""What books, cups and the backs of phones show."""

FILLS: tuple[Texture, ...] = (*FABRICS, *COVERS, texture.static, texture.static)
"""Everything."""


def some(textures: tuple[Texture, ...], crop: Crop, generator: np.random.Generator) -> Paint:
    """One of them, at random."""
    return textures[int(generator.integers(len(textures)))](crop, generator)
