"""Bytes to pixels: every format, every refusal."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from faces.errors import (
    FaceError,
    ImageAnimated,
    ImageBroken,
    ImageBytes,
    ImageEmpty,
    ImageFormat,
    ImagePixels,
    ImageTooSmall,
)
from services.detector.decode import MAX_BYTES, Pixels, read_header, read_pixels
from tests import images

FORMATS = ("JPEG", "PNG", "WebP", "BMP", "TIFF")
LOSSY_TOLERANCE = 6
"""What JPEG at quality 95 may change in a smooth gradient, of 255."""


def decode(data: bytes) -> Pixels:
    return read_pixels(read_header(data))


def animation(form: str, frames: int = 3) -> bytes:
    first, *rest = (Image.fromarray(images.noise(seed=seed)) for seed in range(frames))
    return images.encoded(first, form, save_all=True, append_images=rest)


@pytest.mark.parametrize(
    ("form", "options"),
    [
        pytest.param("PNG", {}, id="PNG"),
        pytest.param("BMP", {}, id="BMP"),
        pytest.param("WebP", {"lossless": True}, id="lossless WebP"),
        pytest.param("TIFF", {}, id="plain TIFF"),
        pytest.param("TIFF", {"compression": "tiff_lzw"}, id="compressed TIFF"),
    ],
)
def test_a_lossless_format_gives_the_pixels_that_went_in(
    form: str, options: dict[str, object]
) -> None:
    """Decoding undoes encoding, to the bit."""
    pixels = decode(images.encoded(images.noise(), form, **options))

    np.testing.assert_array_equal(images.noise(), pixels)


@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_jpeg_colours_are_the_ones_that_went_in(mode: str) -> None:
    """Adobe stores CMYK inverted; read naively, the picture would be its own negative."""
    picture = Image.fromarray(images.gradient()).convert(mode)
    pixels = decode(images.encoded(picture, "JPEG", quality=95, subsampling=0))

    np.testing.assert_allclose(images.gradient().astype(int), pixels, atol=LOSSY_TOLERANCE)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_16_bit_grey_is_scaled_not_clipped(form: str) -> None:
    """65535 is white, and half of it is half."""
    pixels = decode(images.encoded(images.grey_16(), form))

    expected = (images.grey_16() / 257).round()
    np.testing.assert_allclose(np.stack([expected] * 3, axis=-1), pixels, atol=0.51)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WebP", "TIFF"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_gives_the_same_picture(turn: int, form: str) -> None:
    """However the camera was held, the picture is upright."""
    pixels = decode(images.oriented(turn, form))

    tolerance = {"PNG": 0, "TIFF": 0, "JPEG": 12, "WebP": 12}[form]
    np.testing.assert_allclose(images.gradient().astype(int), pixels, atol=tolerance)


def test_broken_exif_is_no_reason_to_refuse() -> None:
    """A picture whose EXIF is garbage is taken as it is stored."""
    pixels = decode(images.encoded(images.noise(), "PNG", exif=b"Exif\0\0II*\0garbage"))

    np.testing.assert_array_equal(images.noise(), pixels)


def transparent(mode: str) -> Image.Image:
    """The left half opaque red or white, the right half transparent."""
    alpha = np.zeros((48, 64), dtype=np.uint8)
    alpha[:, :32] = 255
    colour = Image.new("L" if mode == "LA" else "RGB", (64, 48), 255 if mode == "LA" else "red")
    colour.putalpha(Image.fromarray(alpha))
    return colour


def palette() -> Image.Image:
    """A palette of two colours, the second of which is transparent."""
    indices = np.zeros((48, 64), dtype=np.uint8)
    indices[:, 32:] = 1
    picture = Image.fromarray(indices).convert("P")
    picture.putpalette([255, 0, 0, 0, 255, 0])
    picture.info["transparency"] = 1
    return picture


@pytest.mark.parametrize(
    ("picture", "left"),
    [
        pytest.param(transparent("RGBA"), (255, 0, 0), id="RGBA"),
        pytest.param(transparent("LA"), (255, 255, 255), id="grey with alpha"),
        pytest.param(palette(), (255, 0, 0), id="palette with a transparent colour"),
    ],
)
def test_what_is_transparent_becomes_grey(picture: Image.Image, left: tuple[int, int, int]) -> None:
    """Whatever colour hides under it, it does not show."""
    pixels = decode(images.encoded(picture))

    assert [left, (128, 128, 128)] == [tuple(pixels[5, x].tolist()) for x in (5, 60)]


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_few_colours_become_rgb(mode: str) -> None:
    """Bits, grey and palettes have three channels like everything else."""
    picture = Image.fromarray(images.noise()).convert(mode)

    expected = np.asarray(picture.convert("RGB"))
    np.testing.assert_array_equal(expected, decode(images.encoded(picture)))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9])
def test_a_truncated_file_is_broken(form: str, share: float) -> None:
    """Wherever a file ends early, nothing of it is believed."""
    data = images.encoded(images.noise(256, 256), form)

    with pytest.raises(ImageBroken) as failure:
        decode(data[: max(16, int(len(data) * share))])
    assert {"format": form} == failure.value.metadata


HEADERS: dict[str, Callable[[int, int], bytes]] = {
    "JPEG": images.jpeg_header,
    "PNG": images.png_header,
    "WebP": images.webp_header,
    "BMP": images.bmp_header,
    "TIFF": images.tiff_header,
}


@pytest.mark.parametrize("form", FORMATS)
def test_a_bomb_is_refused_by_its_header(form: str) -> None:
    """30000 x 30000 claimed in a few bytes: no pixel is decoded or allocated."""
    with pytest.raises(ImagePixels) as failure:
        read_header(HEADERS[form](30000, 30000))

    assert {"width_px": "30000", "height_px": "30000", "limit_pixels": "50000000"} == (
        failure.value.metadata
    )


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(b"", ImageEmpty(), id="empty"),
        pytest.param(b"not an image at all", ImageFormat(), id="text"),
        pytest.param(b"%PDF-1.7 1 0 obj", ImageFormat(), id="PDF"),
        pytest.param(images.encoded(images.noise(), "GIF"), ImageFormat(), id="GIF"),
        pytest.param(animation("GIF"), ImageFormat(), id="animated GIF"),
        pytest.param(
            images.encoded(np.zeros((64, 64), dtype=np.float32), "TIFF"),
            ImageFormat(),
            id="floating-point TIFF",
        ),
        pytest.param(
            images.encoded(images.noise(1, 1)),
            ImageTooSmall(width_px=1, height_px=1, limit_px=16),
            id="one pixel",
        ),
        pytest.param(
            images.encoded(images.noise(64, 15)),
            ImageTooSmall(width_px=64, height_px=15, limit_px=16),
            id="one row short",
        ),
        pytest.param(
            b"\xff\xd8\xff" + b"\0" * MAX_BYTES,
            ImageBytes(actual_bytes=MAX_BYTES + 3, limit_bytes=MAX_BYTES),
            id="too many bytes",
        ),
        pytest.param(animation("PNG"), ImageAnimated(frame_count=3), id="animated PNG"),
        pytest.param(animation("WebP"), ImageAnimated(frame_count=3), id="animated WebP"),
        pytest.param(animation("TIFF"), ImageAnimated(frame_count=3), id="TIFF of three pages"),
    ],
)
def test_refuses(data: bytes, error: FaceError) -> None:
    """Each bad picture has its reason, with its numbers."""
    with pytest.raises(FaceError) as failure:
        decode(data)

    assert (type(error), error.metadata) == (type(failure.value), failure.value.metadata)


def test_the_pages_of_a_tiff_are_counted_no_further_than_a_hundred() -> None:
    """A file of nothing but pages does not keep a thread busy."""
    page = images.gradient(16, 16)

    with pytest.raises(ImageAnimated) as failure:
        read_header(many_pages(page, 120))
    assert {"frame_count": "100"} == failure.value.metadata


def many_pages(page: Pixels, count: int) -> bytes:
    pages = [Image.fromarray(page) for _ in range(count)]
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    return buffer.getvalue()


def test_of_an_mpo_the_photo_counts() -> None:
    """Phones append a depth map or a second view; the first frame is the photo."""
    photo, depth = (Image.fromarray(images.gradient()), Image.fromarray(images.noise()))
    data = images.encoded(photo, "MPO", save_all=True, append_images=[depth], quality=95)

    np.testing.assert_allclose(images.gradient().astype(int), decode(data), atol=12)
