"""Pictures of every format, and what becomes of bytes on bad days."""

import functools
from collections.abc import Sequence

from hypothesis import strategies as st

from tests.images import (
    bmp_header,
    encoded,
    gradient,
    grey_16,
    jpeg_header,
    png_header,
    webp_header,
)
from tests.photos import opened

_HUGE = 30_000
"""Pixels a side: more than any detector takes."""

_EDITS = 6
"""Most damages to one thing."""

_EDGES = (b"\0", b"\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\n" * 64)


@functools.cache
def pictures() -> Sequence[bytes]:
    """Whole ones: small drawings, a small face, and headers that promise too much."""
    face = opened("obama").convert("RGB")
    face.thumbnail((320, 320))
    drawn = [encoded(gradient(), form) for form in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")]
    odd = [encoded(grey_16()), encoded(face.convert("CMYK"), "JPEG"), encoded(face.convert("P"))]
    faces = [encoded(face, form) for form in ("JPEG", "WEBP")]
    bombs = [make(_HUGE, _HUGE) for make in (png_header, jpeg_header, bmp_header)]
    return (*faces, *drawn, *odd, *bombs, webp_header(2**14, 2**14))


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Some bytes with a few of them changed, cut out, put in, or put elsewhere."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, _EDITS))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from((1, 4, 64, 1024)))
        match draw(st.sampled_from(("change", "edge", "cut", "put", "double", "end"))):
            case "change":
                data[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "edge":
                edge = draw(st.sampled_from(_EDGES))
                data[at : at + len(edge)] = edge
            case "cut":
                del data[at : at + length]
            case "put":
                data[at:at] = draw(st.binary(max_size=16))
            case "double":
                data[at:at] = data[at : at + length]
            case _:
                del data[at:]
    return bytes(data)


@st.composite
def images(draw: st.DrawFn) -> bytes:
    """A picture, whole or damaged."""
    whole = draw(st.sampled_from(pictures()))
    return whole if draw(st.booleans()) else draw(damaged(whole))
