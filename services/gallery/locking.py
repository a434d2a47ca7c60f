"""What one process may have open, and no other."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from meshkit.config import ConfigError


@contextlib.contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Keep other galleries off while the block runs.

    Args:
        lock: The file that says so; created if it is not there, and left there.

    Raises:
        ConfigError: Another gallery holds it.
        OSError: It cannot be written.
    """
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError("it is open in another gallery") from None
        yield
