"""Pictures for tests, drawn in code. None of them shows a person."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def gradient(width: int = 64, height: int = 48) -> Pixels:
    """A picture that looks different after any turn or mirroring: shape (h, w, 3)."""
    rows, columns = np.mgrid[:height, :width]
    channels = (columns * 255 // (width - 1), rows * 255 // (height - 1), columns * 0 + 60)
    return np.stack(channels, axis=-1).astype(np.uint8)


def noise(width: int = 64, height: int = 48, *, seed: int = 7) -> Pixels:
    """A picture that no codec can shorten, so that every cut hits pixels."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encoded(image: Image.Image | NDArray[Any], form: str = "PNG", **options: Any) -> bytes:
    """The bytes of a picture; options go to Pillow."""
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def oriented(turn: int, form: str = "PNG") -> bytes:
    """The gradient, stored so that its EXIF orientation brings it back."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[turn]
    picture = Image.fromarray(gradient())
    exif = Image.Exif()
    exif[0x0112] = turn
    return encoded(picture if undo is None else picture.transpose(undo), form, exif=exif)


def grey_16(width: int = 64, height: int = 48) -> NDArray[np.uint16]:
    """A ramp over the whole range of 16 bits."""
    ramp = np.linspace(0, 65535, width * height).round().astype(np.uint16)
    return ramp.reshape(height, width)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has next to no pixels: a decompression bomb."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bmp_header(width: int, height: int) -> bytes:
    """A BMP of 24 bits a pixel that ends after its header."""
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


def jpeg_header(width: int, height: int) -> bytes:
    """A small JPEG whose header claims another size."""
    data = bytearray(encoded(gradient(), "JPEG"))
    start = data.index(b"\xff\xc0") + 5
    data[start : start + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_header(width: int, height: int) -> bytes:
    """A WebP whose extended header claims a size of at most 2^24."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\0" * 4 + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff_header(width: int, height: int) -> bytes:
    """A TIFF of one byte a pixel that ends after its tags."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 0)
