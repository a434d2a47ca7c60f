"""The folder of one job's findings: there whole, or not at all, and for nobody else to read."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gateway.jobs.documents import ABOUT, CROPS, RECORDS, TABLE, TRACKS, folder_of

_CANDIDATE = pa.struct(
    [
        ("rank", pa.int32()),
        ("person_id", pa.string()),
        ("similarity", pa.float64()),
        ("template_id", pa.string()),
        ("template_quality", pa.float64()),
        ("log_likelihood_ratio", pa.float64()),
    ]
)

_TRACK = pa.schema(
    [
        ("rank", pa.int32()),
        *((name, pa.float64()) for name in ("weight", "quality", "score")),
        *((name, pa.string()) for name in ("verdict", "rule", "reason")),
        ("passes_gates", pa.bool_()),
        ("path", pa.string()),
        ("track", pa.int32()),
        *((name, pa.int64()) for name in ("first_ms", "last_ms", "sight_count")),
        ("shot_frames", pa.list_(pa.int64())),
        *((name, pa.int64()) for name in ("best_frame", "best_ms")),
        ("best_box", pa.list_(pa.float64())),
        ("inter_eye_px", pa.float64()),
        ("enhanced", pa.bool_()),
        ("crop", pa.string()),
        ("candidates", pa.list_(_CANDIDATE)),
    ]
)


class Draft:
    """A folder that is being written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def crop(self, name: str, png: bytes) -> None:
        """Keep the picture of a track."""
        _write(self._folder / CROPS / name, png)

    def tracks(self, rows: Sequence[dict[str, Any]]) -> None:
        """Keep all tracks, as JSON and as Parquet."""
        for name, content in _as_files(rows).items():
            _write(self._folder / name, content)

    def records(self, excerpt: bytes) -> None:
        """Keep what is on record of it, as an excerpt of the log of the worker that writes."""
        _write(self._folder / RECORDS, excerpt)

    def about(self, facts: dict[str, Any]) -> None:
        """Keep what was asked for, and what became of each file."""
        _write(self._folder / ABOUT, as_json(facts))


@contextlib.contextmanager
def written(output: Path, job_id: str, worker: str) -> Iterator[Draft]:
    """Write the folder of a job; once the block has ended, it is there and on disk.

    A worker that dies leaves a draft, which the next one removes. If another worker was faster,
    its folder stays: both hold the same.

    Args:
        output: Where the folders of all jobs are.
        job_id: Names the folder.
        worker: Names the draft.

    Raises:
        OSError: It cannot be written; nothing is there under the job's name.
    """
    output.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in output.glob(f".{job_id}.*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = output / f".{job_id}.{worker}"
    draft.mkdir(mode=0o700)
    (draft / CROPS).mkdir(mode=0o700)
    try:
        yield Draft(draft)
        for folder in (draft / CROPS, draft):
            _sync(folder)
        final = folder_of(output, job_id)
        try:
            draft.rename(final)
        except OSError:
            if not final.exists():
                raise
        _sync(output)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def rewritten(folder: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Put other tracks in the place of those of a job; the JSON, which tells, comes last.

    Raises:
        OSError: Some of it may be as before.
    """
    _sync(folder / CROPS)
    for name, content in reversed(_as_files(rows).items()):
        draft = folder / f"{name}.new"
        draft.unlink(missing_ok=True)
        _write(draft, content)
        draft.replace(folder / name)
        _sync(folder)


def _as_files(rows: Sequence[dict[str, Any]]) -> dict[str, bytes]:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=_TRACK), sink)
    return {TRACKS: as_json(rows), TABLE: sink.getvalue().to_pybytes()}


def _write(file: Path, content: bytes) -> None:
    # Whatever the process's umask: faces of people are nobody else's to see.
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def as_json(value: object) -> bytes:
    """What a file of JSON holds."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
