"""The database file of jobs: its tables, its guarantees, its transactions."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from faces.errors import StoreUnavailable
from meshkit.config import ConfigError

FILE = "jobs.sqlite"
"""Its name, unless the operator has another one."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL,
    priority INTEGER NOT NULL,
    wanted TEXT NOT NULL,
    state TEXT NOT NULL,
    progress TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS task (
    job INTEGER NOT NULL REFERENCES job,
    number INTEGER NOT NULL,
    urgent INTEGER NOT NULL,
    body TEXT NOT NULL,
    worker TEXT NOT NULL DEFAULT '',
    heard_us INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (job, number)
);
CREATE TABLE IF NOT EXISTS result (
    job INTEGER NOT NULL REFERENCES job,
    number INTEGER NOT NULL,
    found BLOB NOT NULL,
    PRIMARY KEY (job, number)
);
CREATE TABLE IF NOT EXISTS erasure (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    erasure_id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);
"""

_PRAGMAS = (
    # Others write, too: they take milliseconds.
    "busy_timeout = 10000",
    "journal_mode = WAL",
    "synchronous = FULL",
    # Vectors of people: what is forgotten is overwritten.
    "secure_delete = ON",
)


@contextlib.contextmanager
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file while the block runs; it is made if it is not there.

    Raises:
        ConfigError: It cannot be opened.
    """
    with contextlib.ExitStack() as stack:
        try:
            db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            stack.enter_context(contextlib.closing(db))
            for pragma in _PRAGMAS:
                db.execute(f"PRAGMA {pragma}")
            db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise ConfigError(f"{path} cannot be opened: {error}") from None
        yield db


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Do what the block does, whole or not at all.

    Raises:
        StoreUnavailable: The file fails.
    """
    try:
        if db.in_transaction:  # a rollback failed
            db.execute("ROLLBACK")
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
    except sqlite3.Error as error:
        raise StoreUnavailable(store="job") from error
