"""Which files are read, told by their first bytes, and what opens them.

The plugins of Pillow are called directly: `Image.open` warns of large images through
process-wide state, and cannot tell a broken PNG from something that is no image.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import BmpImagePlugin, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

_VP8X, _VP8L, _VP8 = b"VP8X", b"VP8L", b"VP8 "


@dataclass(frozen=True, slots=True)
class Format:
    """A file format."""

    name: str
    """For people, and for the metadata of `ImageBroken`."""

    open: Callable[[BytesIO, str], ImageFile]
    """Reads the header, not the pixels. Raises whatever its parser meets."""


JPEG = Format("JPEG", JpegImagePlugin.jpeg_factory)
PNG = Format("PNG", PngImagePlugin.PngImageFile)
WEBP = Format("WebP", WebPImagePlugin.WebPImageFile)
BMP = Format("BMP", BmpImagePlugin.BmpImageFile)
TIFF = Format("TIFF", TiffImagePlugin.TiffImageFile)

_MAGIC = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"BM", BMP),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
)


def recognize(data: bytes) -> Format | None:
    """Tell the format by the first bytes; None if it is none of ours."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return next((form for magic, form in _MAGIC if data.startswith(magic)), None)


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Read width and height of a WebP from its first 30 bytes; None if they are not there.

    Its plugin allocates the whole canvas on opening, before anybody can look at its size.
    """
    if len(data) < 30:  # noqa: PLR2004  # the header that the three kinds share
        return None
    kind = data[12:16]
    if kind == _VP8X:
        return _little(data[24:27]) + 1, _little(data[27:30]) + 1
    if kind == _VP8L:
        bits = _little(data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == _VP8:
        return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    return None


def _little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")
