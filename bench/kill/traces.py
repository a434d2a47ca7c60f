"""What is left on disk of templates that were removed."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.kill.samples import vectors
from services.gallery.plan import Plan
from services.gallery.snapshots import Manifest, Unreadable


def in_files(files: Iterable[Path], numbers: Sequence[int], dtype: str) -> list[int]:
    """Which templates' vectors are in any of these files, as numbers of this type."""
    content = b"".join(map(_content, files))
    return [n for n in numbers if vectors()[n].astype(dtype).tobytes() in content]


def snapshots(folders: Sequence[Path]) -> list[Path]:
    """Files of snapshots, complete or not."""
    return [file for folder in folders for file in folder.glob("*.snapshot*")]


def has_first_stage(file: Path) -> bool:
    """Whether a snapshot is of an index of two stages."""
    try:
        with file.open("rb") as opened:
            manifest, _ = Manifest.load(opened.read)
        return bool(Plan.load(manifest.plan).first_stage)
    except (Unreadable, OSError):
        return False


def in_snapshots(folders: Sequence[Path], numbers: Sequence[int]) -> list[int]:
    """Which templates' vectors are in any snapshot, in whatever way it keeps them."""
    files = snapshots(folders)
    return sorted({n for dtype in ("<f4", "<f2") for n in in_files(files, numbers, dtype)})


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # a gallery that runs has put another one in its place
        return b""
