"""A small file of notes: SQLite, opened for each transaction, durable when it ends."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from faces.errors import StoreUnavailable


@contextlib.contextmanager
def transaction(file: Path, schema: str, *, store: str) -> Iterator[sqlite3.Connection]:
    """One transaction; blocks.

    Args:
        file: Of the notes; made if it is not there.
        schema: Run first: makes what is not there, and says how to wait for the disk.
        store: What they are, for errors.

    Raises:
        StoreUnavailable: Nothing of it counts.
    """
    try:
        with contextlib.closing(sqlite3.connect(file)) as db:
            db.executescript(schema)
            with db:
                yield db
    except sqlite3.Error as error:
        raise StoreUnavailable(store=store) from error
