"""Requests that were answered: the same one again gets the same answer."""

import sqlite3
import time

from faces.errors import RequestIdReused
from services.gallery.answers import Added, Answer, dump, load
from services.gallery.sealing import Sealing
from services.gallery.sqlite.transaction import SqliteTransaction
from services.gallery.store import Request, Work

_PRUNED = 8
"""Most expired answers forgotten with one write: more than one, so that they run out."""


class Remembered:
    """The table of answers, used inside the transaction of the writes themselves."""

    def __init__(self, db: sqlite3.Connection, sealing: Sealing, *, keep_us: int) -> None:
        self._db = db
        self._sealing = sealing
        self._keep_us = keep_us
        # A copy of the file that was put back counts on from where it was copied, but what
        # was stored after that may be in a snapshot still, or on another index's server.
        # Keys that begin with the time of opening are those of no other life of the file;
        # and they follow one another, as they would not with the time of each write.
        self._first_key = time.time_ns() // 1000

    def once(self, request: Request, work: Work) -> tuple[Answer, SqliteTransaction | None]:
        """Run `work`, unless this request was answered before: then answer again.

        Returns:
            The answer, and the transaction that `work` ran in, if it ran.

        Raises:
            RequestIdReused: The id was answered for another request.
        """
        now_us = time.time_ns() // 1000
        known = self._recall(request, now_us - self._keep_us)
        if known:
            return known, None
        position = self._claim(request, now_us)
        transaction = SqliteTransaction(
            self._db,
            self._sealing,
            position=position,
            now_us=now_us,
            first_key=self._first_key,
        )
        answer = work(transaction)
        self._db.execute(
            "UPDATE answered SET answer = ?, person = ? WHERE position = ?",
            (dump(answer), answer.person.key if isinstance(answer, Added) else None, position),
        )
        return answer, transaction

    def _recall(self, request: Request, since_us: int) -> Answer | None:
        row = self._db.execute(
            "SELECT rpc, digest, answer FROM answered WHERE request_id = ? AND created_us >= ?",
            (request.request_id, since_us),
        ).fetchone()
        if row is None:
            return None
        rpc, digest, answer = row
        if (rpc, digest) != (request.rpc, request.digest):
            raise RequestIdReused(request_id=request.request_id)
        return load(answer)

    def _claim(self, request: Request, now_us: int) -> int:
        """Take the next position for a request, and make room for it."""
        self._db.execute(
            "DELETE FROM answered WHERE request_id = ? OR position IN (SELECT position FROM"
            " (SELECT position, created_us FROM answered ORDER BY position LIMIT ?)"
            " WHERE created_us < ?)",
            (request.request_id, _PRUNED, now_us - self._keep_us),
        )
        claimed = self._db.execute(
            "INSERT INTO answered (request_id, rpc, digest, answer, created_us)"
            " VALUES (?, ?, ?, '', ?)",
            (request.request_id, request.rpc, request.digest, now_us),
        )
        assert claimed.lastrowid  # noqa: S101  # a row was inserted
        return claimed.lastrowid
