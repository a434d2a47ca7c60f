"""Frames of people who pass a camera: photos that move over a wall, at the pace of a recording."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from bench.photos import Enrolled

SIZE = (960, 540)

FRAMES = 10
"""Of a visit: two seconds at five frames a second."""

PAUSE = 13
"""Frames between two visits, so that the first one's track ends."""

_SIDE = 400
"""Of a photo on the wall. LFW's have 68 px between the eyes then: a door needs 40."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody passes."""

    person_id: str
    known: bool
    """Whether they are enrolled."""

    frames: tuple[bytes, ...]
    """JPEG."""


def nobody() -> bytes:
    """The wall."""
    return _jpeg(_wall())


def visits(people: Sequence[Enrolled], probes: Sequence[Path], *, seed: int = 6) -> list[Visit]:
    """One visit for each person and their probe, every second one of somebody unknown."""
    generator = np.random.default_rng(seed)
    return [
        Visit(person.person_id, number % 2 == 0, tuple(_frames(probe, generator)))
        for number, (person, probe) in enumerate(zip(people, probes, strict=True))
    ]


def _frames(probe: Path, generator: np.random.Generator) -> list[bytes]:
    photo = Image.open(probe).convert("RGB")
    photo.thumbnail((_SIDE, _SIDE))
    photo = photo.resize((_SIDE, round(_SIDE * photo.height / photo.width)))
    x, y = (int(generator.integers(0, 200)), int(generator.integers(0, 100)))
    found = []
    for number in range(FRAMES):
        frame = _wall()
        shake = generator.integers(-3, 4, size=2)
        frame.paste(photo, (x + 30 * number + int(shake[0]), y + int(shake[1])))
        found.append(_jpeg(frame))
    return found


def _wall() -> Image.Image:
    rows = np.linspace(90, 140, SIZE[1], dtype=np.uint8)[:, None, None]
    return Image.fromarray(np.broadcast_to(rows, (SIZE[1], SIZE[0], 3)).copy())


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
