"""The demo photos that `make setup` fetches: real faces, never in the repository."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

FOLDER = Path(__file__).parents[1] / ".cache" / "photos"


def photo(name: str) -> bytes:
    """One of the photos, as it was published."""
    return (FOLDER / f"{name}.jpg").read_bytes()


def encoded(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    """The bytes of a picture; options go to Pillow."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def opened(name: str) -> Image.Image:
    """One of the photos as pixels, small enough to be quick."""
    image = Image.open(io.BytesIO(photo(name)))
    image.thumbnail((640, 640))
    return image


def degraded(name: str, *, seed: int = 1) -> bytes:
    """The same photo as a bad camera at night would have taken it."""
    image = opened(name).filter(ImageFilter.GaussianBlur(8))
    noise = np.random.default_rng(seed).normal(0, 30, (image.height, image.width, 3))
    dark = np.asarray(image, dtype=np.float64) * 0.6 + noise
    return encoded(Image.fromarray(np.clip(dark, 0, 255).astype(np.uint8)), quality=25)


def far_away() -> bytes:
    """Somebody in a large picture, too small to be judged at a door."""
    face = Image.open(io.BytesIO(photo("obama2")))
    face.thumbnail((140, 140))
    canvas = Image.new("RGB", (640, 480), (90, 100, 110))
    canvas.paste(face, (250, 150))
    return encoded(canvas, quality=95)
