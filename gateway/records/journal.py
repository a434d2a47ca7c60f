"""The decision log on disk: a chain that grows by batches, each whole or not there. Blocking."""

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gateway.records.opening import tail
from gateway.records.segment import Segment, Sync, sync_folder
from gateway.records.takeover import take_over
from meshkit.chain import FOLDER, Head, Seal, link
from meshkit.chain.segments import name_of
from meshkit.config import ConfigError

SEGMENT_BYTES = 64 * 2**20
"""A segment is closed at this size, or at the end of its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """How to keep a log."""

    data: Path
    """The gateway's folder."""

    seal: Seal
    segment_bytes: int = SEGMENT_BYTES
    sync: Sync = os.fsync


class Journal:
    """For one thread at a time. What a call appended is on disk when it returns."""

    def __init__(self, storage: Storage) -> None:
        self.folder = storage.data / FOLDER
        self.seal = storage.seal
        self._storage = storage
        found = tail(self.folder, self.seal)
        self.head = found.head
        self._day = found.day
        self._segment = Segment(found.file, found.end, storage.sync)

    @property
    def file(self) -> Path:
        """The segment that grows."""
        return self._segment.file

    def append(self, records: Sequence[bytes], day: date) -> list[Head]:
        """Append records, or none of them.

        Args:
            records: As `encode` makes them.
            day: Today.

        Returns:
            The place of each in the chain, and its hash.

        Raises:
            OSError: They are not kept.
        """
        full = self._segment.size >= self._storage.segment_bytes
        if self._segment.size and (full or day != self._day):
            self.rotate()
        lines, heads, head = [], list[Head](), self.head
        for record in records:
            line, head = link(head, self.seal, record)
            lines.append(line)
            heads.append(head)
        self._segment.append(b"".join(lines))
        self.head, self._day = head, day
        return heads

    def rotate(self) -> None:
        """Go on in a new segment.

        Raises:
            OSError: It cannot be made; the log goes on in the one that it has.
        """
        fresh = Segment(self.folder / name_of(self.head.position + 1), 0, self._storage.sync)
        try:
            self.settle()
        except OSError:
            fresh.close()
            raise
        self._segment.close()
        self._segment = fresh

    def settle(self) -> None:
        """Wait until segments that were made or removed are so on disk, too."""
        sync_folder(self.folder, self._storage.sync)

    def close(self) -> None:
        """Let go of the files."""
        self._segment.close()


@contextlib.contextmanager
def open_journal(storage: Storage) -> Iterator[Journal]:
    """Open a log while the block runs, or begin one.

    Raises:
        ConfigError: The folder cannot be used, another gateway writes there, or what is
            there is broken.
    """
    data = storage.data
    with contextlib.ExitStack() as stack:
        try:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            stack.enter_context(_locked(data))
            take_over(data, storage.seal)
            (data / FOLDER).mkdir(mode=0o700, exist_ok=True)
            journal = stack.enter_context(contextlib.closing(Journal(storage)))
            journal.settle()
            sync_folder(data, storage.sync)
        except OSError as error:
            raise ConfigError(f"{data} cannot be used: {error.strerror}") from None
        yield journal


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[None]:
    with (data / f"{FOLDER}.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(f"{data} belongs to another gateway that runs") from None
        yield
