"""What jobs have found, read back from their folders: the records, and the crops they name."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from faces.errors import JobResultUnusable
from gateway.jobs.documents import CROPS, RECORDS, crop_name, folder_of
from gateway.jobs.job import Job
from gateway.jobs.records import END, TRACK
from meshkit.chain import START, ChainBroken, Entry, Head, Seal, excerpt_entries

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The records of a job, each checked against its hash and the one before."""

    entries: Sequence[Entry]
    """Of its tracks by rank, and of its end."""

    tracks: Mapping[int, Record]
    """Those of its tracks, by rank."""

    end: Record
    """That of its end; empty if it is missing."""

    fault: str
    """What is wrong with them, for people; empty if nothing is."""

    head: Head
    """The last record that is as it was written."""

    count: int
    """How many were checked."""

    time: datetime
    """When."""


class Results:
    """The folder in which workers leave what jobs have found."""

    def __init__(self, folder: Path | None, seal: Seal) -> None:
        """Read.

        Args:
            folder: None if this gateway cannot see it.
            seal: How workers seal their records.
        """
        self._folder = folder
        self._seal = seal

    async def read(self, job: Job) -> Found:
        """The records of a job.

        Raises:
            JobResultUnusable: There are none, or this gateway cannot see them.
        """
        file = self._of(job) / RECORDS
        try:
            return await asyncio.to_thread(self._read, job, file)
        except OSError:
            raise _unusable(job, "has no records that this gateway could read") from None

    async def crop(self, job: Job, track: Record) -> bytes:
        """The picture of a track, as it was cut.

        Raises:
            JobResultUnusable: It is not there, or another one.
        """
        file = self._of(job) / CROPS / crop_name(track["rank"])
        try:
            png = await asyncio.to_thread(file.read_bytes)
        except OSError:
            raise _unusable(job, f"has no picture of track {track['rank']} any more") from None
        if hashlib.sha256(png).hexdigest() != track["crop_sha256"]:
            raise _unusable(job, f"has another picture of track {track['rank']} than was recorded")
        return png

    def _of(self, job: Job) -> Path:
        if not job.progress.result:
            raise _unusable(job, "has found nothing yet")
        if self._folder is None:
            raise _unusable(job, "left what it found where this gateway does not look")
        return folder_of(self._folder, job.order.job_id)

    def _read(self, job: Job, file: Path) -> Found:
        entries, tracks, end, fault = list[Entry](), dict[int, Record](), dict[str, Any](), ""
        count, head = 0, START
        try:
            for entry in excerpt_entries(file, self._seal):
                count, head = count + 1, entry.head
                if entry.kind not in {TRACK, END}:
                    continue
                record = json.loads(entry.line)
                if record["job_id"] != job.order.job_id:
                    continue
                entries.append(entry)
                if entry.kind == END:
                    end = record
                else:
                    tracks[record["rank"]] = record
        except ChainBroken as broken:
            fault = str(broken)
        return Found(
            entries=entries,
            tracks=tracks,
            end=end,
            fault=fault or _missing(job, head, end),
            head=head,
            count=count,
            time=datetime.now(UTC),
        )


def _missing(job: Job, head: Head, end: Record) -> str:
    """What is wrong with records that fit each other; empty if nothing is."""
    noted = job.progress.head
    if noted and noted != str(head):
        return f"{RECORDS}: the worker's last record was {noted}, and this one ends in {head}"
    return "" if end else f"{RECORDS}: the record of its end is missing"


def _unusable(job: Job, problem: str) -> JobResultUnusable:
    return JobResultUnusable(job_id=job.order.job_id, problem=problem)
