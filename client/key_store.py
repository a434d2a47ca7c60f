"""Writes the file of API keys: one writer at a time, the whole file or none of it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from meshkit.config import ConfigError
from meshkit.keys.key import Key
from meshkit.keys.key_file import KeysWrong, parse, read, to_bytes


def listed(path: Path) -> dict[str, Key]:
    """Keys of a file, by their id.

    Raises:
        ConfigError: It cannot be read, or is none of ours.
    """
    try:
        return parse(read(path))
    except KeysWrong as problem:
        raise ConfigError(f"{path}: {problem}") from None


@contextlib.contextmanager
def changing(path: Path) -> Iterator[dict[str, Key]]:
    """Keys of a file, to be changed by the block; they are on disk when it has ended.

    A file that is not there has none. A block that changes nothing, or raises, leaves it alone.

    Raises:
        ConfigError: The file is none of ours.
        OSError: It cannot be written.
    """
    lock = path.with_name(f"{path.name}.lock")
    with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        before = listed(path) if path.exists() else {}
        keys = dict(before)
        yield keys
        if keys != before:
            _replace(path, to_bytes(keys.values()))


def _replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another, which is there until the new one is on disk."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)  # of a writer that was killed: we hold the lock
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        # The gateway may run as somebody else, who was given the file: one that it cannot read
        # any more would leave a revoked key in force.
        before = path.stat()
        os.chown(part, before.st_uid, before.st_gid)
        part.chmod(before.st_mode & 0o777)
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
