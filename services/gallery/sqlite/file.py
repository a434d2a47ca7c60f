"""The database file: who may open it, and with which guarantees."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from faces.errors import StoreUnavailable
from meshkit.config import ConfigError
from services.gallery.locking import locked

_PRAGMAS = (
    # Three templates of 512 numbers fit a page, against one in SQLite's 4096 bytes.
    "page_size = 8192",
    "journal_mode = WAL",
    # Every commit reaches the disk before it is answered.
    "synchronous = FULL",
    "foreign_keys = ON",
    # What is deleted is overwritten: vectors of a person are the person's. What SQLite does
    # not reach are copies that it left behind when it moved rows to another page: of about
    # one deletion in a thousand, until the gap is used again or the file is vacuumed.
    "secure_delete = ON",
    # Pages of the log (32 MB) until they go to their places: one that is written often
    # goes there once, and the log is overwritten in place, which syncs faster.
    "wal_autocheckpoint = 4000",
    # Bytes: a log that one large write blew up shrinks again.
    "journal_size_limit = 67108864",
)

_WRITER = (
    *_PRAGMAS,
    # KiB. What a large import changes in one commit is written once, by the commit.
    "cache_size = -65536",
    # Milliseconds that a deletion waits for reads before it wipes the log without them.
    "busy_timeout = 1000",
)
_READER = (*_PRAGMAS, "query_only = ON")


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Keep other galleries off this file while the block runs.

    The lock is on a file beside it: closing any handle of the database itself would
    drop SQLite's own locks.

    Raises:
        ConfigError: Another gallery has it, or the folder cannot be written.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(path.with_name(f"{path.name}.lock")))
        except OSError as error:
            raise ConfigError(f"its folder: {error.strerror}") from None
        yield


@contextlib.contextmanager
def connection(path: Path, *, writes: bool = False) -> Iterator[sqlite3.Connection]:
    """Open the file; transactions are begun and ended by hand, by one thread at a time."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with contextlib.closing(db):
        for pragma in _WRITER if writes else _READER:
            db.execute(f"PRAGMA {pragma}")
        yield db


@contextlib.contextmanager
def failing_as_config(path: Path) -> Iterator[None]:
    """Say in one line why a file cannot be used."""
    try:
        yield
    except sqlite3.Error as error:
        raise ConfigError(f"{path} cannot be used: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"{path} cannot be used: {error}") from None


def is_failing(error: sqlite3.Error) -> bool:
    """Tell a file that fails from a statement that is wrong."""
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


def unavailable() -> StoreUnavailable:
    """What callers hear of it."""
    return StoreUnavailable(store="gallery")
