"""Everything that followers are made of."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery.records import Collection, Columns, Keys, People
from services.gallery.sealing import PLAIN, Sealing
from services.gallery.sqlite import records
from services.gallery.sqlite.records import COLLECTION
from services.gallery.store import Source

_BATCH = 4096
"""Rows read at once: 8 MB of vectors with 512 numbers each."""

_DENSE = 1.25
"""Keys that a range spans for each that is wanted: above, each is looked up by itself."""

_COLUMNS = (
    "SELECT key, person, quality, captured_us, labels FROM template"
    " WHERE collection = ? AND key > ? ORDER BY key LIMIT ?"
)
# The plus keeps SQLite from going through an index: keys are places in the table.
_PEOPLE = "SELECT key, person_id, labels FROM person WHERE +collection = ?"
_VECTORS = "SELECT key, vector FROM template WHERE +collection = ?"
_THESE = "AND key IN (SELECT value FROM json_each(?)) ORDER BY key"
_RANGE = "AND key BETWEEN ? AND ? ORDER BY key"


class SqliteSource(Source):
    """Reads through one connection, whatever transaction that is in.

    No statement stays open between batches: a reader that takes its time, or never comes
    back, holds nobody up.
    """

    def __init__(self, db: sqlite3.Connection, sealing: Sealing = PLAIN) -> None:
        self._db = db
        self._sealing = sealing

    @override
    def last_position(self) -> int:
        sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'answered'"
        [position] = self._db.execute(sql).fetchone()
        return int(position)

    @override
    def all_collections(self) -> Sequence[Collection]:
        return list(map(records.collection, self._db.execute(COLLECTION)))

    @override
    def people(self, collection: int) -> Iterator[People]:
        # By name, from the index that keeps names apart.
        found = self._db.execute("SELECT key FROM person WHERE collection = ?", (collection,))
        everybody = np.sort(np.fromiter((key for (key,) in found), np.int64))
        for rows in self._picked(_PEOPLE, collection, everybody):
            keys, person_ids, labels = zip(*rows, strict=True)
            yield People(keys=np.array(keys, np.int64), person_ids=person_ids, labels=labels)

    @override
    def columns(self, collection: int) -> Iterator[Columns]:
        last = 0
        while rows := self._db.execute(_COLUMNS, (collection, last, _BATCH)).fetchall():
            keys, persons, qualities, captured_us, labels = zip(*rows, strict=True)
            last = keys[-1]
            yield Columns(
                keys=np.array(keys, np.int64),
                persons=np.array(persons, np.int64),
                qualities=np.array(qualities, np.float32),
                captured_us=np.array(captured_us, np.int64),
                labels=labels,
            )

    @override
    def vectors(self, collection: int, templates: Keys) -> Iterator[tuple[Keys, Vectors]]:
        for rows in self._picked(_VECTORS, collection, templates):
            keys, vectors = zip(*rows, strict=True)
            yield np.array(keys, np.int64), self._sealing.load(collection, keys, vectors)

    def _picked(self, select: str, collection: int, keys: Keys) -> Iterator[list[tuple[Any, ...]]]:
        """Rows of rising keys, in batches; those gone are left out."""
        for start in range(0, len(keys), _BATCH):
            wanted: list[int] = keys[start : start + _BATCH].tolist()
            if rows := self._batch(select, collection, wanted):
                yield rows

    def _batch(self, select: str, collection: int, wanted: list[int]) -> list[tuple[Any, ...]]:
        if wanted[-1] - wanted[0] > _DENSE * len(wanted):
            these = (collection, json.dumps(wanted))
            return self._db.execute(f"{select} {_THESE}", these).fetchall()
        within = self._db.execute(f"{select} {_RANGE}", (collection, wanted[0], wanted[-1]))
        kept = set(wanted)
        return [row for row in within if row[0] in kept]
