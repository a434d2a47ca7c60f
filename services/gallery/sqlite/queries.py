"""What is read from the tables."""

import json
import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np
from typing_extensions import override

from services.gallery.records import Collection, Person, Rows, Template
from services.gallery.store import Reader, Source

_ROWS = 4096
"""Templates read at once: 8 MB of vectors with 512 numbers each."""

_COLLECTION = (
    "SELECT key, collection_id, contract_id, dimension, person_count, template_count, created_us"
    " FROM collection"
)
_PERSON = "SELECT key, person_id, labels, template_count, created_us FROM person"


class SqliteReader(Reader, Source):
    """Reads through one connection, whatever transaction that is in."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @override
    def collection(self, collection_id: str) -> Collection | None:
        found = self._db.execute(f"{_COLLECTION} WHERE collection_id = ?", (collection_id,))
        return next(map(_collection, found), None)

    @override
    def collections(self, after: str, count: int) -> Sequence[Collection]:
        sql = f"{_COLLECTION} WHERE collection_id > ? ORDER BY collection_id LIMIT ?"
        return list(map(_collection, self._db.execute(sql, (after, count))))

    @override
    def person(self, collection: int, person_id: str) -> Person | None:
        sql = f"{_PERSON} WHERE collection = ? AND person_id = ?"
        return next(map(_person, self._db.execute(sql, (collection, person_id))), None)

    @override
    def persons(self, collection: int, after: str, count: int) -> Sequence[Person]:
        sql = f"{_PERSON} WHERE collection = ? AND person_id > ? ORDER BY person_id LIMIT ?"
        return list(map(_person, self._db.execute(sql, (collection, after, count))))

    @override
    def templates(self, person: int) -> Sequence[Template]:
        sql = "SELECT key, quality, source_id, created_us FROM template WHERE person = ?"
        return [
            Template(key=key, quality=quality, source_id=source_id, created_us=created_us)
            for key, quality, source_id, created_us in self._db.execute(
                f"{sql} ORDER BY key", (person,)
            )
        ]

    @override
    def last_position(self) -> int:
        sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'answered'"
        [position] = self._db.execute(sql).fetchone()
        return int(position)

    @override
    def all_collections(self) -> Sequence[Collection]:
        return list(map(_collection, self._db.execute(_COLLECTION)))

    @override
    def enrolled(self, collection: int) -> Iterator[tuple[int, str]]:
        sql = "SELECT key, person_id FROM person WHERE collection = ?"
        yield from self._db.execute(sql, (collection,))

    @override
    def rows(self, collection: int) -> Iterator[Rows]:
        sql = "SELECT key, person, quality, vector FROM template WHERE collection = ? ORDER BY key"
        found = self._db.execute(sql, (collection,))
        while batch := found.fetchmany(_ROWS):
            keys, persons, qualities, vectors = zip(*batch, strict=True)
            yield Rows(
                keys=np.array(keys, np.int64),
                persons=np.array(persons, np.int64),
                qualities=np.array(qualities, np.float32),
                vectors=np.frombuffer(b"".join(vectors), "<f4").reshape(len(batch), -1),
            )


def _collection(row: tuple[int, str, str, int, int, int, int]) -> Collection:
    key, collection_id, contract_id, dimension, person_count, template_count, created_us = row
    return Collection(
        key=key,
        collection_id=collection_id,
        contract_id=contract_id,
        dimension=dimension,
        person_count=person_count,
        template_count=template_count,
        created_us=created_us,
    )


def _person(row: tuple[int, str, str, int, int]) -> Person:
    key, person_id, labels, template_count, created_us = row
    return Person(
        key=key,
        person_id=person_id,
        labels=json.loads(labels),
        template_count=template_count,
        created_us=created_us,
    )
