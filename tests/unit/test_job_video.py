"""Videos, read from their beginning, packet by packet."""

from pathlib import Path

import numpy as np
import pytest

from faces.errors import SourceUnusable
from gateway.jobs.pictures import crop, encoded, upright
from gateway.jobs.video import Frame, Video
from tests.images import gradient, noise, oriented
from tests.videos import Pixels, counted, encode, number_of

COUNT = 30

KINDS = [
    pytest.param("mp4", "h264", id="H.264 in MP4"),
    pytest.param("mkv", "h264", id="H.264 in Matroska"),
    pytest.param("ts", "h264", id="H.264 in a transport stream"),
    pytest.param("webm", "vp9", id="VP9 in WebM"),
]


def parts(path: Path, size: int, *, anew: bool) -> list[Frame]:
    """All frames of a video part by part: by one reader, or each part by another one."""
    frames: list[Frame] = []
    with Video(path, "v") as video:
        count = video.count()
    video = Video(path, "v")
    for start in range(0, count, size):
        if anew:
            video.close()
            video = Video(path, "v")
        frames += video.frames(min(start + size, count), pixels_from=start)
    video.close()
    return frames


def shown(file: Path) -> Pixels:
    """The pixels of a picture that can be read."""
    pixels = upright(file)
    assert pixels is not None
    return pixels


def same(one: list[Frame], other: list[Frame]) -> bool:
    return len(one) == len(other) and all(
        (a.number, a.offset_ms) == (b.number, b.offset_ms) and np.array_equal(a.pixels, b.pixels)  # type: ignore[arg-type]  # both have pixels here
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize(("ending", "codec"), KINDS)
def test_every_frame_comes_once_and_in_order(tmp_path: Path, ending: str, codec: str) -> None:
    """Numbered from 0, with the time since the beginning; none is left in the decoder."""
    path = encode(tmp_path / f"v.{ending}", counted(COUNT), codec=codec)
    with Video(path, "v") as video:
        frames = list(video.frames(10**9))

    assert list(range(COUNT)) == [frame.number for frame in frames]
    assert list(range(COUNT)) == [number_of(f.pixels) for f in frames if f.pixels is not None]
    assert [100 * number for number in range(COUNT)] == [frame.offset_ms for frame in frames]


@pytest.mark.parametrize("anew", [False, True], ids=["one reader", "a reader each"])
@pytest.mark.parametrize("size", [1, 7, 29, 30, 31])
def test_parts_join_to_the_whole(tmp_path: Path, size: int, *, anew: bool) -> None:
    """Wherever they are cut, and whoever reads them: each frame once, pixel for pixel the same."""
    path = encode(tmp_path / "v.mp4", counted(COUNT))
    with Video(path, "v") as video:
        whole = list(video.frames(10**9))

    assert same(whole, parts(path, size, anew=anew))


def test_a_file_that_breaks_off_ends_there(tmp_path: Path) -> None:
    """What was recorded before is read, and parts of it join as ever."""
    path = encode(tmp_path / "v.mkv", [noise(64, 48, seed=seed) for seed in range(COUNT)])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with Video(path, "v") as video:
        frames = list(video.frames(10**9))

    assert 0 < len(frames) < COUNT
    assert same(
        [frame for frame in frames if frame.pixels is not None],
        [frame for frame in parts(path, 5, anew=True) if frame.pixels is not None],
    )


def test_a_broken_frame_is_told_of_and_the_next_one_read(tmp_path: Path) -> None:
    """Bytes that turned over in the middle cost frames, not the video."""
    path = encode(tmp_path / "v.avi", [noise(64, 48, seed=s) for s in range(COUNT)], codec="mjpeg")
    content = bytearray(path.read_bytes())
    frames = [at for at in range(len(content)) if content[at : at + 3] == b"\xff\xd8\xff"]
    content[frames[10] : frames[10] + 600] = bytes(600)
    path.write_bytes(content)
    with Video(path, "v") as video:
        read = list(video.frames(10**9))

    assert list(range(COUNT)) == [frame.number for frame in read]
    assert [10] == [frame.number for frame in read if frame.pixels is None]


@pytest.mark.parametrize("content", [b"", b"no video at all", bytes(4096)])
def test_what_is_no_video(tmp_path: Path, content: bytes) -> None:
    """Is told by name, without the words of any library."""
    path = tmp_path / "v.mp4"
    path.write_bytes(content)
    with pytest.raises(SourceUnusable) as refusal:
        Video(path, "case/v.mp4")

    assert "case/v.mp4 cannot be decoded as a video" == str(refusal.value)


def test_a_frame_is_encoded_without_loss(tmp_path: Path) -> None:
    """The mesh sees the pixels that the decoder made."""
    pixels = noise(64, 48)
    file = tmp_path / "frame.bmp"
    file.write_bytes(encoded(pixels))

    assert np.array_equal(pixels, shown(file))


def test_a_frame_that_is_too_large_for_that_still_fits() -> None:
    """Eight times the pixels of full HD are compressed."""
    data = encoded(np.zeros((4320, 3840, 3), dtype=np.uint8))

    assert len(data) < 20 * 2**20
    assert data.startswith(b"\xff\xd8")


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_is_turned_as_the_detector_turns_it(tmp_path: Path, turn: int) -> None:
    """Boxes are of the upright picture."""
    file = tmp_path / "p.png"
    file.write_bytes(oriented(turn))

    assert np.array_equal(gradient(), shown(file))


def test_a_crop_shows_the_face_and_what_is_around_it(tmp_path: Path) -> None:
    """Half a face more on every side, as far as there is any picture."""
    pixels = gradient()
    file = tmp_path / "crop.png"
    file.write_bytes(crop(pixels, (10, 10, 30, 20)))
    beyond = tmp_path / "edge.png"
    beyond.write_bytes(crop(pixels, (-50, -50, 20, 10)))

    assert np.array_equal(pixels[5:25, 0:40], shown(file))
    assert np.array_equal(pixels[0:40, 0:55], shown(beyond))
