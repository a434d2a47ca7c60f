"""Review items on disk: SQLite, one row an item, durable before an answer leaves."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from faces.errors import RequestIdReused, ReviewNotFound, StoreUnavailable
from faces.paging import Page, page
from faces.review import Review, ReviewState
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

_WITH_PERSON = """
SELECT body FROM reviews WHERE json_extract(body, '$.pictures')
    AND json_extract(body, '$.collection_id') = :collection_id
    AND (:person_id = '' OR EXISTS (
        SELECT 1 FROM json_each(body, '$.candidates')
        WHERE json_extract(value, '$.person_id') = :person_id
    ))
ORDER BY position
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

    async def get(self, review_id: str) -> Review:
        """One item.

        Raises:
            ReviewNotFound: There is no such item.
        """
        query = "SELECT body FROM reviews WHERE review_id = ?"
        row = await self._do(lambda db: db.execute(query, (review_id,)).fetchone())
        if row is None:
            raise ReviewNotFound(review_id=review_id)
        return from_json(row[0])

    async def answered(self, request_id: str, fingerprint: bytes) -> Review | None:
        """What a request was answered with; None if it is new.

        Raises:
            RequestIdReused: The request id came with another request before.
        """
        query = "SELECT fingerprint, body FROM requests WHERE request_id = ?"
        known = await self._do(lambda db: db.execute(query, (request_id,)).fetchone())
        if known and known[0] != fingerprint:
            raise RequestIdReused(request_id=request_id)
        return from_json(known[1]) if known else None

    async def change(
        self, review: Review, *, request_id: str = "", fingerprint: bytes = b""
    ) -> None:
        """Replace an item by what it has become.

        Args:
            review: As it is now.
            request_id: Of the request that changed it, if the answer is to be known again.
            fingerprint: Of that request.
        """
        body = to_json(review)
        update = "UPDATE reviews SET state = ?, body = ? WHERE review_id = ?"

        def work(db: sqlite3.Connection) -> None:
            db.execute(update, (review.state.value, body, review.review_id))
            if request_id:
                db.execute("INSERT INTO requests VALUES (?, ?, ?)", (request_id, fingerprint, body))

        await self._do(work)

    async def remove(self, review_id: str) -> None:
        """Forget an item, and what was answered of it."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM reviews WHERE review_id = ?", (review_id,))
            answers = "DELETE FROM requests WHERE json_extract(body, '$.review_id') = ?"
            db.execute(answers, (review_id,))

        await self._do(work)

    async def list(
        self, *, case_id: str, camera_id: str, state: ReviewState | None, after: str, size: int
    ) -> Page[Review]:
        """One page of items, the oldest first; `after` is the key of `faces.paging`."""
        query = (
            "SELECT position, body FROM reviews WHERE position > ?"
            " AND (? = '' OR case_id = ?) AND (? = '' OR json_extract(body, '$.camera_id') = ?)"
            " AND (? = '' OR state = ?) ORDER BY position LIMIT ?"
        )
        wanted = state.value if state else ""
        filters = (case_id, case_id, camera_id, camera_id, wanted, wanted)
        values = (int(after or 0), *filters, size + 1)
        rows = await self._do(lambda db: db.execute(query, values).fetchall())
        cut = page(rows, size, key=lambda row: str(row[0]))
        return Page([from_json(body) for _, body in cut.items], cut.next_token)

    async def of_case(self, case_id: str) -> Sequence[Review]:
        """All items of a case, the oldest first."""
        return await self._all(
            "SELECT body FROM reviews WHERE case_id = :case_id ORDER BY position", case_id=case_id
        )

    async def with_pictures_of(self, collection_id: str, person_id: str) -> Sequence[Review]:
        """Items with pictures that may show a person; an empty `person_id` means everybody."""
        return await self._all(_WITH_PERSON, collection_id=collection_id, person_id=person_id)

    async def with_pictures_until(self, time: datetime) -> Sequence[Review]:
        """Items whose pictures should have been erased by then, in UTC."""
        query = (
            "SELECT body FROM reviews WHERE json_extract(body, '$.pictures')"
            " AND json_extract(body, '$.erase_time') <= :time ORDER BY position"
        )
        return await self._all(query, time=time.isoformat())

    async def older(self, than: datetime) -> Sequence[Review]:
        """Items of decisions before some time in UTC, the oldest first."""
        query = (
            "SELECT body FROM reviews WHERE json_extract(body, '$.create_time') < :than"
            " ORDER BY position"
        )
        return await self._all(query, than=than.isoformat())

    async def ids(self) -> set[str]:
        """Identifiers of all items."""
        rows = await self._do(lambda db: db.execute("SELECT review_id FROM reviews").fetchall())
        return {row[0] for row in rows}

    async def _all(self, query: str, **values: str) -> Sequence[Review]:
        rows = await self._do(lambda db: db.execute(query, values).fetchall())
        return [from_json(row[0]) for row in rows]

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
            (folder / FILE).touch(mode=0o600)
            database = sqlite3.connect(folder / FILE, check_same_thread=False)
            database.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {_SCHEMA}")
        except (sqlite3.Error, OSError) as error:
            raise ConfigError(f"{folder / FILE} cannot be opened: {error}") from None
        with contextlib.closing(database):
            yield Reviews(database, thread)
