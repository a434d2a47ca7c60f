"""Erasures that were begun, written down first: what a crash leaves is finished afterwards."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.erasing.order import (
    Order,
    Receipt,
    order_from_dict,
    order_to_dict,
    receipt_from_dict,
    receipt_to_dict,
)
from gateway.records.notebook import transaction
from meshkit.config import ConfigError

FILE = "erasures.sqlite"
"""Name of the database in the gateway's data folder."""

_REMEMBERED = timedelta(hours=24)
"""For how long a request that comes again gets the same receipt, as in the gallery."""

_SCHEMA = """
PRAGMA synchronous=FULL;
CREATE TABLE IF NOT EXISTS erasures (
    receipt_id TEXT PRIMARY KEY,
    begin_time TEXT NOT NULL,
    wanted TEXT NOT NULL,
    receipt TEXT
);
"""


class Begun:
    """Orders by the ids of their receipts. Blocks: each call opens the database."""

    def __init__(self, folder: Path) -> None:
        """Keep it in a gateway's data folder, which exists.

        Raises:
            ConfigError: It cannot be kept there.
        """
        self._file = folder / FILE
        try:
            self._file.touch(mode=0o600)
        except OSError as error:
            raise ConfigError(f"{self._file}: {error.strerror}") from None

    def add(self, order: Order) -> None:
        """Write an order down, before anything is erased.

        Raises:
            StoreUnavailable: A crash would leave it undone.
        """
        row = (order.receipt_id, datetime.now(UTC).isoformat(), json.dumps(order_to_dict(order)))
        insert = "INSERT OR IGNORE INTO erasures (receipt_id, begin_time, wanted) VALUES (?, ?, ?)"
        with self._open() as db:
            db.execute(insert, row)

    def known(self, receipt_id: str) -> tuple[Order, Receipt | None] | None:
        """An order, and what has come of it; None if nobody gave it, or it is forgotten."""
        query = "SELECT wanted, receipt FROM erasures WHERE receipt_id = ?"
        with self._open() as db:
            row = db.execute(query, (receipt_id,)).fetchone()
        if row is None:
            return None
        receipt = receipt_from_dict(json.loads(row[1])) if row[1] else None
        return order_from_dict(json.loads(row[0])), receipt

    def done(self, receipt: Receipt) -> None:
        """Keep the receipt of an order, for whoever asks again."""
        update = "UPDATE erasures SET receipt = ? WHERE receipt_id = ?"
        with self._open() as db:
            values = (json.dumps(receipt_to_dict(receipt)), receipt.order.receipt_id)
            db.execute(update, values)

    def drop(self, receipt_id: str) -> None:
        """Forget an order that was refused."""
        with self._open() as db:
            db.execute("DELETE FROM erasures WHERE receipt_id = ?", (receipt_id,))

    def waiting(self) -> Sequence[Order]:
        """What is still to be done, the oldest first; what was done long ago is forgotten."""
        limit = datetime.now(UTC) - _REMEMBERED
        with self._open() as db:
            old = "DELETE FROM erasures WHERE receipt IS NOT NULL AND begin_time < ?"
            db.execute(old, (limit.isoformat(),))
            query = "SELECT wanted FROM erasures WHERE receipt IS NULL ORDER BY begin_time"
            rows = db.execute(query).fetchall()
        return [order_from_dict(json.loads(row[0])) for row in rows]

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return transaction(self._file, _SCHEMA, store="erasure")
