"""The log of versions that knew no chain, taken over as the first segment of one."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.records.segment import sync_folder
from meshkit.chain import FOLDER, START, Seal, encode, link, records
from meshkit.chain.segments import name_of, segments
from meshkit.config import ConfigError

FILE = "decisions.jsonl"
"""Name of the old log in the gateway's data folder."""


def take_over(data: Path, seal: Seal) -> None:
    """Begin a chain with the records of an old log, if there is one.

    The chain says so in a record of its own, with the old file's hash: what is before it
    is as the old log had it, and nobody knows who had changed that.

    Args:
        data: The gateway's folder.
        seal: How records are hashed.

    Raises:
        ConfigError: The old log cannot be read, or there is a chain already.
        OSError: The new one cannot be written; the old one is as it was.
    """
    old, folder = data / FILE, data / FOLDER
    with contextlib.suppress(FileNotFoundError), old.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(f"{data} belongs to another gateway that runs") from None
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if not segments(folder):
            draft = data / f"{FOLDER}.new"
            _write(old, digest, draft, seal)
            draft.rename(folder)
            sync_folder(data, os.fsync)
        elif not any(each.get("sha256") == digest for each in records(folder)):
            raise ConfigError(f"{old} is not part of {folder}: move it elsewhere to go on without")
        old.unlink()


def _write(old: Path, digest: str, draft: Path, seal: Seal) -> None:
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    head = START
    with (draft / name_of(1)).open("wb") as file:
        for record in _records(old):
            line, head = link(head, seal, encode(record))
            file.write(line)
        facts = {"file": FILE, "records": head.position, "sha256": digest}
        now = datetime.now(UTC).isoformat()
        line, _ = link(head, seal, encode({"kind": "takeover", "time": now, **facts}))
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(draft, os.fsync)


def _records(old: Path) -> Iterator[dict[str, Any]]:
    with old.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                return  # torn by a crash, and never answered
            try:
                record = {"kind": "decision", **json.loads(line)}
                encode(record)
                datetime.fromisoformat(record["time"])
            except (ValueError, KeyError, TypeError):
                text = "is no record: move the file elsewhere to go on without it"
                raise ConfigError(f"{old} line {number} {text}") from None
            yield record
