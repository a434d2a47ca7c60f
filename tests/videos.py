"""Videos for tests, encoded here: of drawn pixels, or of the demo photos."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def encode(path: Path, frames: Iterable[Pixels], *, fps: int = 10, codec: str = "h264") -> Path:
    """Write a video.

    Args:
        path: Its ending says the container.
        frames: Shape (height, width, 3), RGB; all of one even size.
        fps: Frames a second.
        codec: A name of FFmpeg's.
    """
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=fps)
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number, pixels in enumerate(frames):
            if number == 0:
                stream.height, stream.width = pixels.shape[:2]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def counted(count: int, *, width: int = 64, height: int = 48) -> list[Pixels]:
    """Frames that tell their number by their shade: 0 is black, each next one is 8 brighter."""
    return [np.full((height, width, 3), 8 * n % 256, dtype=np.uint8) for n in range(count)]


def number_of(pixels: Pixels) -> int:
    """The number of a frame of `counted`, up to 31."""
    return round(float(pixels.mean()) / 8)


def still(photo: Image.Image, *, width: int = 640, height: int = 480) -> Pixels:
    """A frame that shows a photo before a wall."""
    wall = Image.new("RGB", (width, height), (90, 100, 110))
    picture = photo.convert("RGB")
    picture.thumbnail((width, height))
    wall.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    return np.asarray(wall)
