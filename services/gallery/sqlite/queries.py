"""What is looked up in the tables."""

import json
from collections.abc import Iterable, Mapping, Sequence

from typing_extensions import override

from services.gallery.records import Collection, Person, Template
from services.gallery.sqlite import records
from services.gallery.sqlite.records import COLLECTION, PERSON, SAMPLE, SAMPLE_KEY, TEMPLATE
from services.gallery.sqlite.source import SqliteSource
from services.gallery.store import Reader, Sample

_NAMED = "WHERE collection = ? AND person_id IN (SELECT value FROM json_each(?))"
_NEXT_SAMPLES = "WHERE template.collection = ? AND template.key > ? ORDER BY template.key LIMIT ?"


class SqliteReader(SqliteSource, Reader):
    """Reads through one connection, whatever transaction that is in."""

    @override
    def collection(self, collection_id: str) -> Collection | None:
        found = self._db.execute(f"{COLLECTION} WHERE collection_id = ?", (collection_id,))
        return next(map(records.collection, found), None)

    @override
    def collections(self, after: str, count: int) -> Sequence[Collection]:
        sql = f"{COLLECTION} WHERE collection_id > ? ORDER BY collection_id LIMIT ?"
        return list(map(records.collection, self._db.execute(sql, (after, count))))

    @override
    def person(self, collection: int, person_id: str) -> Person | None:
        sql = f"{PERSON} WHERE collection = ? AND person_id = ?"
        return next(map(records.person, self._db.execute(sql, (collection, person_id))), None)

    @override
    def persons_named(self, collection: int, person_ids: Iterable[str]) -> Mapping[str, Person]:
        names = list(person_ids)
        if len(names) == 1:  # as for most writes, and faster
            people = [self.person(collection, names[0])]
        else:
            found = self._db.execute(f"{PERSON} {_NAMED}", (collection, json.dumps(names)))
            people = [records.person(row) for row in found]
        return {person.person_id: person for person in people if person}

    @override
    def persons(self, collection: int, after: str, count: int) -> Sequence[Person]:
        sql = f"{PERSON} WHERE collection = ? AND person_id > ? ORDER BY person_id LIMIT ?"
        return list(map(records.person, self._db.execute(sql, (collection, after, count))))

    @override
    def templates(self, collection: int, person: int) -> Sequence[Template]:
        # The plus keeps SQLite from going through the whole collection.
        sql = f"{TEMPLATE} WHERE person = ? AND +collection = ? ORDER BY key"
        found = self._db.execute(sql, (person, collection))
        return list(map(records.template, found))

    @override
    def samples(self, collection: int, after: int, count: int) -> Sequence[Sample]:
        sql = f"{SAMPLE} {_NEXT_SAMPLES}"
        found = self._db.execute(sql, (collection, after, count)).fetchall()
        if not found:
            return []
        kept = [row[0] for row in found]
        vectors = self._sealing.load(collection, [row[SAMPLE_KEY] for row in found], kept)
        return list(map(records.sample, found, vectors))

    @override
    def answered(self, request_id: str) -> bool:
        sql = "SELECT 1 FROM answered WHERE request_id = ?"
        return self._db.execute(sql, (request_id,)).fetchone() is not None
