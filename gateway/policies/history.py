"""Which policy tables were in force, and when: SQLite, durable before a table is used."""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from faces.errors import StoreUnavailable
from faces.paging import Page, page

FILE = "policies.sqlite"
"""Name of the database in the gateway's data folder."""

_SCHEMA = """
PRAGMA synchronous=FULL;
CREATE TABLE IF NOT EXISTS tables (version TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS periods (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    version TEXT NOT NULL REFERENCES tables (version),
    begin_time TEXT NOT NULL
);
"""

_PAGE = """
SELECT * FROM (
    SELECT position, version, begin_time, LEAD(begin_time) OVER (ORDER BY position) FROM periods
)
WHERE ? = '' OR position < ? ORDER BY position DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time in which one table was in force, for calls that began in it."""

    position: int
    """Counts periods, from 1."""

    version: str
    begin_time: datetime

    end_time: datetime | None
    """When another table took its place; None for the last. A gateway that rests ends nothing."""


class History:
    """Tables by version and periods by time. Blocks: each call opens the database."""

    def __init__(self, folder: Path) -> None:
        """Keep it in a gateway's data folder, which exists."""
        self.path = folder / FILE

    def begin(self, version: str, text: str) -> Period:
        """Put a table on record, from now on in force; if it is already, nothing changes.

        Args:
            version: Hash of its content.
            text: As the operator wrote it. Of several texts with the same content, the
                first is kept.

        Raises:
            StoreUnavailable: It is not on record.
        """
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO tables VALUES (?, ?)", (version, text))
            last = db.execute(_PAGE, ("", 0, 1)).fetchone()
            if last and last[1] == version:
                return _period(last)
            now = datetime.now(UTC)
            add = "INSERT INTO periods (version, begin_time) VALUES (?, ?)"
            position = db.execute(add, (version, now.isoformat())).lastrowid or 0
        return Period(position=position, version=version, begin_time=now, end_time=None)

    def periods(self, *, before: str, size: int) -> Page[Period]:
        """One page, the latest first; `before` is the key of `faces.paging`.

        Raises:
            StoreUnavailable: They cannot be read.
        """
        with self._open() as db:
            rows = db.execute(_PAGE, (before, int(before or 0), size + 1)).fetchall()
        return page([_period(row) for row in rows], size, key=lambda each: str(each.position))

    def text(self, version: str) -> str | None:
        """The table of a version as it was written; None if it was never in force here.

        Raises:
            StoreUnavailable: It cannot be read.
        """
        with self._open() as db:
            row = db.execute("SELECT text FROM tables WHERE version = ?", (version,)).fetchone()
        return row[0] if row else None

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        try:
            with contextlib.closing(sqlite3.connect(self.path)) as db:
                db.executescript(_SCHEMA)
                with db:
                    yield db
        except sqlite3.Error as error:
            raise StoreUnavailable(store="policy") from error


def _period(row: tuple[int, str, str, str | None]) -> Period:
    position, version, begin, end = row
    return Period(
        position=position,
        version=version,
        begin_time=datetime.fromisoformat(begin),
        end_time=datetime.fromisoformat(end) if end else None,
    )
