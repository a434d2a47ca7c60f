"""The file that a log grows in: whole appends, or none."""

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path

Sync = Callable[[int], None]
"""Waits until what a descriptor stands for is on disk: `os.fsync`."""


class Segment:
    """A file that is written by nobody else. For one thread at a time."""

    def __init__(self, file: Path, size: int, sync: Sync) -> None:
        """Open a file, or make it.

        Args:
            file: Where.
            size: How much of it is good; what is behind that is cut off.
            sync: How to wait for the disk.
        """
        self.file = file
        self.size = size
        self._sync = sync
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
        self._torn = True

    def append(self, data: bytes) -> None:
        """Write, and wait until it is on disk.

        Raises:
            OSError: Nothing of it is kept.
        """
        try:
            self._mend()
            self._torn = True
            self._write(data)
            self._sync(self._descriptor)
            if not os.fstat(self._descriptor).st_nlink:
                raise FileNotFoundError(errno.ENOENT, "was deleted", str(self.file))
        except OSError:
            with contextlib.suppress(OSError):  # then it is tried again before the next append
                self._mend()
            raise
        self.size += len(data)
        self._torn = False

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)

    def _mend(self) -> None:
        """Cut off what an append that failed has left."""
        if self._torn:
            os.ftruncate(self._descriptor, self.size)
            self._torn = False

    def _write(self, data: bytes) -> None:
        # At a place, not at the end: what could not be cut off must not stay in between.
        rest, place = memoryview(data), self.size
        while rest:
            written = os.pwrite(self._descriptor, rest, place)
            rest, place = rest[written:], place + written


def sync_folder(folder: Path, sync: Sync) -> None:
    """Wait until the names in a folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)
