"""The files of a chain: segments, named after the position of their first record."""

import contextlib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = "decisions"
"""Name of the chain's folder in the gateway's data folder."""

_NAME = re.compile(r"[0-9]{12}\.jsonl")

_BLOCK_BYTES = 65_536


def name_of(position: int) -> str:
    """Name of the segment that begins with a record."""
    return f"{position:012}.jsonl"


def segments(folder: Path) -> list[Path]:
    """All segments in order; none if there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if _NAME.fullmatch(each.name))


def segments_behind(folder: Path, position: int) -> list[Path]:
    """As `behind`, of all segments."""
    return behind(segments(folder), position)


def behind(files: list[Path], position: int) -> list[Path]:
    """Segments in order, without those whose records all come before a position, or are at it."""
    later = [file for file in files if int(file.stem) > position + 1]
    return files[max(0, len(files) - len(later) - 1) :]


def last_line(file: Path) -> tuple[bytes, int]:
    """The last whole line of a segment, newline included, and where it ends in the file.

    ``b""`` and 0 if there is none.
    """
    size = file.stat().st_size
    with file.open("rb") as source:
        reach = min(size, _BLOCK_BYTES)
        while True:
            source.seek(size - reach)
            tail = source.read(reach)
            if reach == size or tail.count(b"\n") > 1:
                break
            reach = min(size, reach * 4)
    whole = tail[: tail.rfind(b"\n") + 1]
    begin = whole.rfind(b"\n", 0, -1) + 1
    return whole[begin:], size - reach + len(whole) if whole else 0


def records(folder: Path, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Read records for what is in them; nothing is verified.

    Args:
        folder: The chain's.
        since: Passes over what is older.
    """
    for file in segments(folder):
        # One that is gone was removed by retention meanwhile.
        with contextlib.suppress(FileNotFoundError), file.open("rb") as lines:
            if since and not _reaches(file, since):
                continue
            for line in lines:
                if not line.endswith(b"\n"):
                    break  # is just being written, or never was
                record = json.loads(line)
                if not since or datetime.fromisoformat(record["time"]) >= since:
                    yield record


def _reaches(file: Path, since: datetime) -> bool:
    line, _ = last_line(file)
    return bool(line) and datetime.fromisoformat(json.loads(line)["time"]) >= since
