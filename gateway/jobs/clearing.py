"""Erases from what jobs have left. Blocking; may be killed at any instant, and done again."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.jobs.artefacts import Findings, Names, Row, all_findings
from gateway.jobs.documents import CROPS, TABLE, TRACKS, crop_name
from gateway.jobs.erasures import Erasure
from gateway.jobs.folder import rewritten
from gateway.records.segment import sync_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """What was erased of one job."""

    job_id: str
    case_id: str
    collection_id: str
    track_count: int
    """Tracks whose crops were erased."""


def clear_erased(output: Path, erasure: Erasure) -> list[Cleared]:
    """Erase somebody, or everybody of a collection, from what jobs found before.

    Raises:
        OSError: Some of it may be left.
    """
    with _turn(output):
        about = [each for each in all_findings(output) if each.of(erasure)]
        return [cleared for each in about if (cleared := _clear(each, erasure.names))]


def clear_deleted(output: Path, found: Findings, people: Collection[str]) -> list[Cleared]:
    """Erase people from what one job has found.

    Raises:
        OSError: Some of it may be left.
    """
    with _turn(output):
        cleared = _clear(found, people.__contains__)
        return [cleared] if cleared else []


def clear_old(output: Path, limits: Mapping[str, datetime]) -> list[Cleared]:
    """Erase all tracks of jobs that were submitted too long ago.

    Args:
        output: The folder of all jobs.
        limits: Jobs of a collection that are older than this, in UTC.

    Raises:
        OSError: Some of it may be left.
    """
    with _turn(output):
        old = (
            each
            for each in all_findings(output)
            if each.collection_id in limits and each.create_time < limits[each.collection_id]
        )
        return [cleared for each in old if (cleared := _clear_all(each))]


def _clear(found: Findings, names: Names) -> Cleared | None:
    """Erase people from one job: the crops of their tracks, and their names as candidates.

    The records beside it are decision records, and stay.

    Returns:
        None if nobody of them is named.
    """
    rows, count, changed = found.rows(), 0, False
    for row in rows:
        if not any(names(each["person_id"]) for each in row["candidates"]):
            continue
        changed = True
        if found.shows(row, names):
            count += bool(row["crop"])
            (found.folder / CROPS / crop_name(row["rank"])).unlink(missing_ok=True)
            row["crop"] = ""
        row["candidates"] = _others(row, names)
    if not changed:
        return None
    rewritten(found.folder, rows)
    return _cleared(found, count)


def _clear_all(found: Findings) -> Cleared | None:
    crops = found.folder / CROPS
    if not crops.exists():
        return None
    count = sum(1 for _ in crops.iterdir())
    for name in (TRACKS, TABLE):
        (found.folder / name).unlink(missing_ok=True)
    shutil.rmtree(crops)  # last: as long as they are there, all of it is to be erased
    sync_folder(found.folder, os.fsync)
    return _cleared(found, count)


def _others(row: Row, names: Names) -> list[object]:
    return [each for each in row["candidates"] if not names(each["person_id"])]


def _cleared(found: Findings, count: int) -> Cleared:
    return Cleared(
        job_id=found.job_id,
        case_id=found.case_id,
        collection_id=found.collection_id,
        track_count=count,
    )


@contextlib.contextmanager
def _turn(output: Path) -> Iterator[None]:
    """Let one worker at a time erase: nobody puts back what another one has taken out."""
    output.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(output, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
