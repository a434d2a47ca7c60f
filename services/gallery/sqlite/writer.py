"""Group commit: writes that wait together reach the disk together."""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from faces.errors import FaceError
from services.gallery.changes import REMOVALS
from services.gallery.queued import Outcome, Write
from services.gallery.sealing import Sealing
from services.gallery.sqlite.file import is_failing, unavailable
from services.gallery.sqlite.remembered import Remembered
from services.gallery.sqlite.source import SqliteSource
from services.gallery.sqlite.transaction import SqliteTransaction
from services.gallery.store import Follower

log = logging.getLogger(__name__)

VACUUM: Final = "vacuum"
"""Instead of writes: have the file written anew."""

Chore = Callable[[sqlite3.Connection], Any]
"""Changes how things are kept, and nothing of what is: alone, in a transaction of its own."""

Item = Write | Literal["vacuum"] | Chore | None
"""None only lets the follower try again what it could not do."""


def alone(item: Item) -> object:
    """What shares a group: writes do, and whoever asks for the very same chore."""
    return item if callable(item) else item == VACUUM


class Writer:
    """Owns the connection that writes. Used by one thread."""

    def __init__(
        self,
        db: sqlite3.Connection,
        follower: Follower,
        source: SqliteSource,
        sealing: Sealing,
        *,
        keep_us: int,
    ) -> None:
        self._db = db
        self._remembered = Remembered(db, sealing, keep_us=keep_us)
        self._follower = follower
        self._source = source
        self._position = source.last_position()
        # Of a process that was killed before it could wipe them, perhaps: the first run does.
        self._traces = True

    def run(self, items: Sequence[Item]) -> list[Any]:
        """Commit a group as one, let the follower apply it, then answer.

        A write that is refused, or that is a bug, takes back what it did and nothing
        else. A file that fails takes back the group. `VACUUM` and a chore share no group with
        others, and are done once for all who asked; the outcome of a chore is what it returns.
        """
        if VACUUM in items:
            return [self._vacuumed()] * len(items)
        if callable(items[0]):
            return [self._done(items[0])] * len(items)
        writes = [item if isinstance(item, Write) else None for item in items]
        done: list[SqliteTransaction] = []
        try:
            if self._db.in_transaction:  # a rollback failed, too
                self._db.execute("ROLLBACK")
            self._db.execute("BEGIN IMMEDIATE")
            outcomes = [self._attempt(write, done) if write else None for write in writes]
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._give_up(error)
            return [unavailable() if write else None for write in writes]
        # From here on the writes are true: nothing below may fail, nor read the file.
        self._position = done[-1].position if done else self._position
        changes = [change for transaction in done for change in transaction.changes]
        self._follower.apply(self._position, changes, self._source)
        self._traces |= any(isinstance(change, REMOVALS) for change in changes)
        if self._traces:
            self._wipe_log()
        return outcomes

    def _done(self, chore: Chore) -> Any:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            outcome = chore(self._db)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._give_up(error)
            return unavailable()
        except Exception as error:  # noqa: BLE001  # it belongs to the caller, who raises it
            self._db.execute("ROLLBACK")
            return error
        return outcome

    def _vacuumed(self) -> Outcome | None:
        """Write the file anew without what was deleted: neither room nor copies of it stay.

        Needs twice the size of the new file beside the old one: for the copy, and for the
        log that it goes through.
        """
        try:
            [[_, _, path]] = self._db.execute("PRAGMA database_list").fetchall()
            # Not where temporary files go: that may be small, or memory.
            folder = str(Path(path).parent).replace("'", "''")
            self._db.execute(f"PRAGMA temp_store_directory = '{folder}'")
            self._db.execute("VACUUM")
        except sqlite3.Error as error:
            log.warning("the store could not be compacted", extra={"cause": str(error)})
            return unavailable()
        self._traces = True
        self._wipe_log()
        return None

    def _wipe_log(self) -> None:
        """Empty the write-ahead log, where what was deleted would stay readable.

        A read that runs meanwhile is waited for; should it take longer than SQLite waits,
        the next write tries again.
        """
        try:
            [busy, *_] = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._traces = bool(busy)
        except sqlite3.Error as error:
            # The deletion is true and answered as such; only its traces remain.
            log.warning("the log of the store could not be wiped", extra={"cause": str(error)})

    def _attempt(self, write: Write, done: list[SqliteTransaction]) -> Outcome:
        self._db.execute("SAVEPOINT one")
        try:
            answer, transaction = self._remembered.once(write.request, write.work)
        except Exception as error:
            if isinstance(error, sqlite3.Error) and is_failing(error):
                raise
            self._db.execute("ROLLBACK TO one")
            self._db.execute("RELEASE one")
            if not isinstance(error, FaceError):
                log.warning("a write is a bug: %s", type(error).__name__)
            return error
        self._db.execute("RELEASE one")
        if transaction:
            done.append(transaction)
        return answer

    def _give_up(self, error: sqlite3.Error) -> None:
        log.error("the store fails", extra={"cause": str(error)})
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error:
            log.exception("the rollback waits")
