"""Fetch the demo photos: ``python -m tools.photos``. No photo of a person is committed.

They come out of two published packages, through pip, and every file is checked
against its pinned sha256. Files that are there already are not fetched again.
"""

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(".cache/photos")
"""Where the photos go unless the caller names another folder."""


class PhotosWrong(Exception):
    """The photos cannot be had as pinned. Its text is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One package and what to take out of its archive."""

    package: str
    """Name and version, as pip takes them."""

    kind: str
    """The option of pip that picks the archive which holds the photos."""

    folder: str
    """Where the photos are in the archive, with the slash at its end."""

    sha256: dict[str, str]
    """Pin of each photo, by file name."""


SOURCES = (
    # Photos of two people, some of them cut; the wheel leaves them out.
    Source(
        package="face_recognition==1.3.0",
        kind="--no-binary=face_recognition",
        folder="face_recognition-1.3.0/tests/test_images/",
        sha256={
            "biden.jpg": "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
            "obama.jpg": "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
            "obama2.jpg": "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6",
            "obama3.jpg": "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3",
            "obama_partial_face.jpg": (
                "c2d1f09e7ef3042352b41e41286e6eb0522f64f88308be13886991b95db52117"
            ),
            "obama_partial_face2.jpg": (
                "9a812347f97633542b8cd9992de22def11b74f79d82056bc3ee830f13878e028"
            ),
        },
    ),
    # NASA's portrait of Eileen Collins.
    Source(
        package="scikit-image==0.26.0",
        kind="--only-binary=scikit-image",
        folder="skimage/data/",
        sha256={
            "astronaut.png": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"
        },
    ),
)


def fetch(folder: Path, sources: Sequence[Source] = SOURCES) -> list[Path]:
    """Make sure that every photo of some packages is in `folder`, as pinned.

    Returns:
        The photos that had to be fetched; none if all were there.

    Raises:
        PhotosWrong: A package cannot be had, or a photo in it is not the pinned one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fetched: list[Path] = []
    for source in sources:
        missing = [name for name, pin in source.sha256.items() if _sha256(folder / name) != pin]
        if missing:
            contents = _contents(source, missing)
            for name, content in contents.items():
                # A rename is all or nothing: an interrupted run leaves no half photo.
                part = folder / f"{name}.part"
                part.write_bytes(content)
                fetched.append(part.rename(folder / name))
    return fetched


def _contents(source: Source, names: list[str]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as scratch:
        archive = _download(source, Path(scratch))
        contents = {name: _member(archive, source.folder + name) for name in names}
    for name, content in contents.items():
        actual = hashlib.sha256(content).hexdigest()
        if actual != source.sha256[name]:
            raise PhotosWrong(f"{name} of {source.package} has sha256 {actual}, not the pinned one")
    return contents


def _download(source: Source, folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    result = subprocess.run(
        [*pip, "--no-deps", source.kind, "--dest", str(folder), source.package],
        capture_output=True,
        text=True,
        check=False,
    )
    archives = list(folder.iterdir())
    if result.returncode or len(archives) != 1:
        errors = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
        why = errors[-1] if errors else f"pip exited with {result.returncode}"
        raise PhotosWrong(f"pip cannot download {source.package}: {why}")
    return archives[0]


def _member(archive: Path, name: str) -> bytes:
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(name)
        with tarfile.open(archive) as sdist:
            file = sdist.extractfile(name)
            return file.read() if file else b""
    except KeyError:
        raise PhotosWrong(f"{archive.name} has no {name}") from None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def main() -> None:
    """Fetch, and say what was done."""
    parser = argparse.ArgumentParser(prog="tools.photos", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    folder = parser.parse_args().folder
    for path in fetch(folder):
        print(f"fetched {path}")


if __name__ == "__main__":
    try:
        main()
    except PhotosWrong as wrong:
        sys.exit(f"photos: {wrong}")
