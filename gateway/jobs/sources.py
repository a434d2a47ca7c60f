"""From paths that somebody named to files of the media folder, or the reason why not."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from faces.errors import FieldInvalid, SourceUnusable
from gateway.jobs.job import Media, Source

MOST = 100_000
"""Most files of one job."""

_VIDEOS = frozenset({".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts", ".mts", ".mpg"})
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})

MEDIA = dict.fromkeys(_VIDEOS, Media.VIDEO) | dict.fromkeys(_PICTURES, Media.PICTURE)
"""What a file holds, by the end of its name. What does not hold it after all is counted as
broken when it is read."""


def find_sources(root: Path, paths: Sequence[str]) -> tuple[Source, ...]:
    """Find the files that a job shall search, folders with all that is in them.

    Args:
        root: The media folder. Nothing outside of it is read, whatever a link says.
        paths: Absolute, or relative to it.

    Returns:
        In the order of `paths`, folders by name; each file once.

    Raises:
        SourceUnusable: A path is not there, not in the folder, an empty folder, or neither
            video nor picture.
        FieldInvalid: There are too many files.
    """
    top = root.resolve()
    found: dict[Path, Source] = {}
    for path in paths:
        for file in _files(top, path):
            found.setdefault(file, Source(MEDIA[file.suffix.lower()], _name(top, file)))
            if len(found) > MOST:
                raise FieldInvalid(field="paths", rule=f"must lead to at most {MOST} files")
    return tuple(found.values())


def inside(root: Path, source: Source) -> Path:
    """Where a source is, now that it is read.

    Raises:
        SourceUnusable: It is not in the media folder any more.
    """
    file = _resolved(root.resolve(), source.path)
    if not file.is_file():
        raise SourceUnusable(path=source.path, problem="is not there")
    return file


def _files(top: Path, path: str) -> Iterator[Path]:
    file = _resolved(top, path)
    if file.is_dir():
        inner = [each for each in _walk(top, file) if each.suffix.lower() in MEDIA]
        if not inner:
            raise SourceUnusable(path=path, problem="is a folder without videos and pictures")
        yield from inner
    elif not file.is_file():
        raise SourceUnusable(path=path, problem="is not there")
    elif file.suffix.lower() not in MEDIA:
        raise SourceUnusable(path=path, problem="is neither a video nor a picture by its name")
    else:
        yield file


def _walk(top: Path, folder: Path) -> Iterator[Path]:
    """Files below a folder by name; links are not followed out of the media folder."""
    for entry in sorted(folder.iterdir()):
        file = entry.resolve()
        if not file.is_relative_to(top):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(top, file)
        elif file.is_file():
            yield file


def _resolved(top: Path, path: str) -> Path:
    if not path or "\0" in path:
        raise FieldInvalid(field="paths", rule="must be names of files or folders")
    file = Path(os.path.normpath(top / path)).resolve()
    if not file.is_relative_to(top):
        raise SourceUnusable(path=path, problem="is not in the media folder")
    return file


def _name(top: Path, file: Path) -> str:
    return file.relative_to(top).as_posix()
