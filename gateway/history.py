"""What was in force, and when: SQLite, durable before it is used.

A history has subjects, such as the contracts that calibrations are for; one version at a time is
in force for each.
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from faces.errors import StoreUnavailable
from faces.paging import Page, page

_SCHEMA = """
PRAGMA synchronous=FULL;
CREATE TABLE IF NOT EXISTS tables (version TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS periods (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    version TEXT NOT NULL REFERENCES tables (version),
    begin_time TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT ''
);
"""

_BEFORE_SUBJECTS = "ALTER TABLE periods ADD COLUMN subject TEXT NOT NULL DEFAULT ''"
"""For files of versions that knew one subject only."""

_PAGE = """
SELECT * FROM (
    SELECT position, subject, version, begin_time,
        LEAD(begin_time) OVER (PARTITION BY subject ORDER BY position)
    FROM periods
)
WHERE ? = '' OR position < ? ORDER BY position DESC LIMIT ?
"""

_LATEST = """
SELECT subject, version FROM periods
WHERE position IN (SELECT MAX(position) FROM periods GROUP BY subject)
"""


class Text(NamedTuple):
    """One version, as the operator wrote it."""

    version: str
    """Hash of its content; empty for nothing at all."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time in which one version was in force, for calls that began in it."""

    position: int
    """Counts periods, from 1."""

    subject: str = ""
    version: str
    """Empty for a time in which nothing was."""

    begin_time: datetime

    end_time: datetime | None
    """When another version took its place; None for the last. A gateway that rests ends nothing."""


class History:
    """Texts by version and periods by time. Blocks: each call opens the database."""

    def __init__(self, path: Path, *, store: str) -> None:
        """Keep it in a file.

        Args:
            path: In a folder that exists.
            store: What errors call it.
        """
        self.path = path
        self._store = store

    def hold(self, in_force: Mapping[str, Text]) -> None:
        """Put on record what is in force from now on, for all subjects.

        Args:
            in_force: By subject. What is on record already begins no other period. Of several
                texts with the same content, the first is kept.

        Raises:
            StoreUnavailable: It is not on record.
        """
        now = datetime.now(UTC).isoformat()
        with self._open() as db:
            latest = dict(db.execute(_LATEST).fetchall())
            gone = {subject: Text("", "") for subject in latest.keys() - in_force.keys()}
            for subject, (version, text) in {**gone, **in_force}.items():
                if latest.get(subject) != version:
                    db.execute("INSERT OR IGNORE INTO tables VALUES (?, ?)", (version, text))
                    db.execute(
                        "INSERT INTO periods (version, begin_time, subject) VALUES (?, ?, ?)",
                        (version, now, subject),
                    )

    def periods(self, *, before: str, size: int) -> Page[Period]:
        """One page, the latest first; `before` is the key of `faces.paging`.

        Raises:
            StoreUnavailable: They cannot be read.
        """
        with self._open() as db:
            rows = db.execute(_PAGE, (before, int(before or 0), size + 1)).fetchall()
        return page([_period(row) for row in rows], size, key=lambda each: str(each.position))

    def text(self, version: str) -> str | None:
        """A version as it was written; None if it was never in force here.

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
                    columns = {row[1] for row in db.execute("PRAGMA table_info(periods)")}
                    if "subject" not in columns:
                        db.execute(_BEFORE_SUBJECTS)
                    yield db
        except sqlite3.Error as error:
            raise StoreUnavailable(store=self._store) from error


def _period(row: tuple[int, str, str, str, str | None]) -> Period:
    position, subject, version, begin, end = row
    return Period(
        position=position,
        subject=subject,
        version=version,
        begin_time=datetime.fromisoformat(begin),
        end_time=datetime.fromisoformat(end) if end else None,
    )
