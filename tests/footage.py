"""Recorded footage of the demo photos, for tests and benchmarks of jobs."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from tests.photos import opened, photo
from tests.videos import Pixels, encode

WIDTH, HEIGHT = 640, 480


def passing(name: str, frames: int, *, blurred: bool = False) -> Iterator[Pixels]:
    """Somebody who walks from left to right before a wall.

    Args:
        name: Of a demo photo.
        frames: How many.
        blurred: As a bad camera would have it.
    """
    face = opened(name).convert("RGB").resize((300, 360))
    if blurred:
        face = face.filter(ImageFilter.GaussianBlur(6))
    for number in range(frames):
        wall = Image.new("RGB", (WIDTH, HEIGHT), (90, 100, 110))
        wall.paste(face, (10 + (WIDTH - 330) * number // max(1, frames - 1), 60))
        yield np.asarray(wall)


def nobody(frames: int) -> Iterator[Pixels]:
    """An empty corridor."""
    for _ in range(frames):
        yield np.full((HEIGHT, WIDTH, 3), (90, 100, 110), dtype=np.uint8)


def record(media: Path, *, frames: int) -> list[str]:
    """Fill a media folder; the paths of a job over all of it.

    Two videos with three people, one of them blurred, so many frames each; and a folder with two
    portraits, and a file that is no picture.
    """
    media.mkdir(exist_ok=True)
    encode(media / "door.mp4", (*passing("obama2", frames), *nobody(30), *passing("biden", frames)))
    encode(media / "yard.mkv", passing("obama3", frames, blurred=True))
    folder = media / "pictures"
    folder.mkdir(exist_ok=True)
    for name in ("obama3", "biden"):
        (folder / f"{name}.jpg").write_bytes(photo(name))
    (folder / "broken.png").write_bytes(b"no picture")
    return ["door.mp4", "yard.mkv", "pictures"]
