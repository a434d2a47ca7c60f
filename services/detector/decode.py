"""Bytes to pixels. Nothing is decoded before its header has passed the limits."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL.ImageFile import ImageFile

from faces.errors import (
    ImageAnimated,
    ImageBroken,
    ImageBytes,
    ImageEmpty,
    ImageFormat,
    ImagePixels,
    ImageTooSmall,
)
from services.detector import colour, formats

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3), RGB, upright, C-contiguous."""

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50_000_000
MIN_SIDE_PX = 16
"""The limits that `face.proto` promises."""

MOST_PAGES = 100
"""Pages of a TIFF that are counted; each is a list of tags to walk through."""


@dataclass(frozen=True, slots=True)
class Header:
    """A picture whose limits are checked and whose pixels are still encoded."""

    form: formats.Format
    """What its first bytes said."""

    image: ImageFile
    """Opened by Pillow, not loaded. Only one thread at a time may use it."""

    @property
    def pixel_count(self) -> int:
        """Width times height."""
        return self.image.width * self.image.height


def read_header(data: bytes) -> Header:
    """Open a picture without decoding its pixels.

    Raises:
        ImageEmpty: No bytes.
        ImageBytes: More than 20 MiB.
        ImageFormat: Neither JPEG, PNG, WebP, BMP nor TIFF.
        ImageBroken: Such a file, but its header contradicts itself.
        ImagePixels: More than 50 megapixels.
        ImageTooSmall: A side of less than 16 pixels.
        ImageAnimated: More than one frame or page.
    """
    if not data:
        raise ImageEmpty
    if len(data) > MAX_BYTES:
        raise ImageBytes(actual_bytes=len(data), limit_bytes=MAX_BYTES)
    form = formats.recognize(data)
    if form is None:
        raise ImageFormat
    if form is formats.WEBP and (size := formats.webp_size(data)):
        _check_size(*size)
    with _broken_if_it_fails(form):
        image = form.open(BytesIO(data), "")
    _check_size(*image.size)
    with _broken_if_it_fails(form):
        frames = _frame_count(image)
    # An MPO is a photo followed by what else the camera saw: the photo counts.
    if frames > 1 and image.format != "MPO":
        raise ImageAnimated(frame_count=frames)
    return Header(form, image)


def read_pixels(header: Header) -> Pixels:
    """Decode a picture: RGB, 8 bits a channel, turned upright by its EXIF orientation.

    Raises:
        ImageBroken: It ends early, or its data is corrupt.
        ImageFormat: Its pixels have no agreed meaning, as floating-point TIFF.
    """
    image = header.image
    with _broken_if_it_fails(header.form):
        image.load()
    if image.mode not in colour.MODES:
        raise ImageFormat
    # Only now: the orientation of a PNG may follow its pixels, and TIFF is turned by loading.
    return colour.upright(colour.rgb(image), colour.orientation(image))


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ImagePixels(width_px=width, height_px=height, limit_pixels=MAX_PIXELS)
    if min(width, height) < MIN_SIDE_PX:
        raise ImageTooSmall(width_px=width, height_px=height, limit_px=MIN_SIDE_PX)


def _frame_count(image: ImageFile) -> int:
    """Count frames, a TIFF's pages up to `MOST_PAGES`."""
    if image.format != "TIFF":
        return int(getattr(image, "n_frames", 1))
    with contextlib.suppress(EOFError):
        image.seek(MOST_PAGES - 1)
    count = image.tell() + 1
    image.seek(0)
    return count


@contextlib.contextmanager
def _broken_if_it_fails(form: formats.Format) -> Iterator[None]:
    """Blame the bytes for whatever a parser meets in them: plugins raise some dozen types."""
    try:
        yield
    except Exception:  # noqa: BLE001  # foreign bytes in foreign code; nothing of ours runs inside
        raise ImageBroken(format=form.name) from None
