"""Folders of photos, cut into requests that the mesh takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
"""Files that count as photos; the mesh looks at their content, not at their name."""

PHOTOS = 16
"""Most photos of one call, as the proto says."""

BYTES = 128 * 2**20
"""Most bytes of one call: a message holds a little more."""


@dataclass(frozen=True, slots=True)
class PersonFolder:
    """One person and where their photos are."""

    person_id: str
    photos: tuple[Path, ...]


def photos_in(folder: Path) -> tuple[Path, ...]:
    """The photos directly in a folder, by name."""
    return tuple(sorted(p for p in folder.iterdir() if _is_photo(p)))


def people_in(folder: Path) -> list[PersonFolder]:
    """The people of a folder of folders, by name; who has no photo is left out."""
    folders = sorted(f for f in folder.iterdir() if f.is_dir() and not f.name.startswith("."))
    people = [PersonFolder(f.name, photos_in(f)) for f in folders]
    return [person for person in people if person.photos]


def batches(photos: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Cut photos into requests, in order."""
    batch: list[Path] = []
    size = 0
    for photo in photos:
        more = photo.stat().st_size
        if batch and (len(batch) == PHOTOS or size + more > BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(photo)
        size += more
    if batch:
        yield tuple(batch)


def _is_photo(path: Path) -> bool:
    hidden = path.name.startswith(".")
    return path.is_file() and not hidden and path.suffix.lower() in SUFFIXES
