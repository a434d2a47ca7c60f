"""Review items on disk: SQLite, one row an item, durable before an answer leaves."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from faces.errors import RequestIdReused, ReviewNotFound, StoreUnavailable
from faces.paging import Page, page
from faces.review import Opinion, Review, ReviewState
from gateway.records.review_json import from_json, to_json
from meshkit.config import ConfigError

T = TypeVar("T")

FILE = "reviews.sqlite"
"""Name of the database in the gateway's data folder."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS reviews (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    review_id TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS reviews_by_case ON reviews (case_id, position);
CREATE TABLE IF NOT EXISTS requests (
    request_id TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    body TEXT NOT NULL
);
"""


class Reviews:
    """All review items. Works on one thread of its own."""

    def __init__(self, database: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._database = database
        self._thread = thread

    async def add(self, review: Review) -> None:
        """Keep a new item.

        Raises:
            StoreUnavailable: It is not kept.
        """
        row = (review.review_id, review.case_id, review.state.value, to_json(review))
        insert = "INSERT INTO reviews (review_id, case_id, state, body) VALUES (?, ?, ?, ?)"
        await self._do(lambda db: db.execute(insert, row))

    async def judge(
        self, review_id: str, opinion: Opinion, *, request_id: str, fingerprint: bytes
    ) -> Review:
        """Add a judgement; the same request again gets the same answer.

        Raises:
            ReviewNotFound: There is no such item.
            RequestIdReused: The request id came with another request before.
            ReviewClosed, ReviewerConflict, FieldInvalid: See `Review.judged`.
            StoreUnavailable: Nothing was changed.
        """

        def work(db: sqlite3.Connection) -> Review:
            known = db.execute(
                "SELECT fingerprint, body FROM requests WHERE request_id = ?", (request_id,)
            ).fetchone()
            if known:
                if known[0] != fingerprint:
                    raise RequestIdReused(request_id=request_id)
                return from_json(known[1])
            row = db.execute(
                "SELECT body FROM reviews WHERE review_id = ?", (review_id,)
            ).fetchone()
            if row is None:
                raise ReviewNotFound(review_id=review_id)
            after = from_json(row[0]).judged(opinion)
            body = to_json(after)
            db.execute(
                "UPDATE reviews SET state = ?, body = ? WHERE review_id = ?",
                (after.state.value, body, review_id),
            )
            db.execute("INSERT INTO requests VALUES (?, ?, ?)", (request_id, fingerprint, body))
            return after

        return await self._do(work)

    async def list(
        self, *, case_id: str, state: ReviewState | None, after: str, size: int
    ) -> Page[Review]:
        """One page of items, the oldest first; `after` is the key of `faces.paging`."""
        query = (
            "SELECT position, body FROM reviews WHERE position > ?"
            " AND (? = '' OR case_id = ?) AND (? = '' OR state = ?) ORDER BY position LIMIT ?"
        )
        wanted = state.value if state else ""
        values = (int(after or 0), case_id, case_id, wanted, wanted, size + 1)
        rows = await self._do(lambda db: db.execute(query, values).fetchall())
        cut = page(rows, size, key=lambda row: str(row[0]))
        return Page([from_json(body) for _, body in cut.items], cut.next_token)

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def transaction() -> T:
            try:
                with self._database:
                    return work(self._database)
            except sqlite3.Error as error:
                raise StoreUnavailable(store="review") from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, transaction)


@contextlib.asynccontextmanager
async def open_reviews(folder: Path) -> AsyncIterator[Reviews]:
    """Open the database while the block runs.

    Raises:
        ConfigError: It cannot be opened.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="reviews") as thread:
        try:
            database = sqlite3.connect(folder / FILE, check_same_thread=False)
            database.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {_SCHEMA}")
        except sqlite3.Error as error:
            raise ConfigError(f"{folder / FILE} cannot be opened: {error}") from None
        with contextlib.closing(database):
            yield Reviews(database, thread)
