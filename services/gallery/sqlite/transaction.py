"""What one write does to the tables, and what it means to followers."""

import json
import sqlite3
from collections.abc import Mapping

import numpy as np
from typing_extensions import override

from services.gallery import changes as change
from services.gallery.changes import Change
from services.gallery.records import Collection, Keys, Person, Rows, Samples
from services.gallery.sqlite.queries import SqliteReader
from services.gallery.store import Transaction

# Labels may name people: an erasure reaches those in remembered answers, too.
_FORGET = "UPDATE answered SET answer = json_set(answer, '$.person.labels', json('{}'))"


class SqliteTransaction(SqliteReader, Transaction):
    """Writes through one connection, inside a savepoint that somebody else ends."""

    def __init__(self, db: sqlite3.Connection, *, position: int, now_us: int) -> None:
        super().__init__(db)
        self.now_us = now_us
        self.position = position
        self.changes: list[Change] = []

    @override
    def add_collection(self, collection_id: str, contract_id: str, dimension: int) -> Collection:
        self._db.execute(
            "INSERT INTO collection (collection_id, contract_id, dimension, created_us)"
            " VALUES (?, ?, ?, ?)",
            (collection_id, contract_id, dimension, self.now_us),
        )
        collection = self.collection(collection_id)
        assert collection  # noqa: S101  # inserted above
        self.changes.append(change.CollectionAdded(collection))
        return collection

    @override
    def remove_collection(self, collection: Collection) -> None:
        key = (collection.key,)
        everyone = "WHERE person IN (SELECT key FROM person WHERE collection = ?)"
        self._db.execute(f"{_FORGET} {everyone}", key)
        self._db.execute("DELETE FROM template WHERE collection = ?", key)
        self._db.execute("DELETE FROM person WHERE collection = ?", key)
        self._db.execute("DELETE FROM collection WHERE key = ?", key)
        self.changes.append(change.CollectionRemoved(collection.key))

    @override
    def put_person(
        self, collection: Collection, person_id: str, labels: Mapping[str, str]
    ) -> Person:
        known = self.person(collection.key, person_id)
        self._db.execute(
            "INSERT INTO person (collection, person_id, labels, created_us) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (collection, person_id) DO UPDATE SET labels = excluded.labels",
            (collection.key, person_id, json.dumps(dict(labels)), self.now_us),
        )
        person = self.person(collection.key, person_id)
        assert person  # noqa: S101  # inserted above
        if known is None:
            self._count(collection.key, persons=1)
            self.changes.append(change.PersonAdded(collection.key, person.key, person_id))
        return person

    @override
    def add_templates(self, collection: Collection, person: Person, samples: Samples) -> Keys:
        keys = [
            self._db.execute(
                "INSERT INTO template (collection, person, quality, source_id, created_us, vector)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (collection.key, person.key, quality, source_id, self.now_us, vector.tobytes()),
            ).lastrowid
            for quality, source_id, vector in zip(
                samples.qualities, samples.source_ids, samples.vectors.astype("<f4"), strict=True
            )
        ]
        self._count(collection.key, person=person.key, templates=len(keys))
        rows = Rows(
            keys=np.array(keys, np.int64),
            persons=np.full(len(keys), person.key, np.int64),
            qualities=np.array(samples.qualities, np.float32),
            vectors=samples.vectors,
        )
        self.changes.append(change.TemplatesAdded(collection.key, rows))
        return rows.keys

    @override
    def remove_person(self, collection: Collection, person: Person) -> None:
        self._db.execute(f"{_FORGET} WHERE person = ?", (person.key,))
        self._db.execute("DELETE FROM template WHERE person = ?", (person.key,))
        self._db.execute("DELETE FROM person WHERE key = ?", (person.key,))
        self._count(collection.key, persons=-1, templates=-person.template_count)
        self.changes.append(change.PersonRemoved(collection.key, person.key))

    @override
    def remove_template(self, collection: Collection, template: int) -> bool:
        found = self._db.execute(
            "DELETE FROM template WHERE key = ? AND collection = ? RETURNING person",
            (template, collection.key),
        ).fetchall()
        for (person,) in found:
            self._count(collection.key, person=person, templates=-1)
            self.changes.append(change.TemplateRemoved(collection.key, person, template))
        return bool(found)

    def _count(
        self, collection: int, *, person: int = 0, persons: int = 0, templates: int = 0
    ) -> None:
        self._db.execute(
            "UPDATE collection SET person_count = person_count + ?,"
            " template_count = template_count + ? WHERE key = ?",
            (persons, templates, collection),
        )
        self._db.execute(
            "UPDATE person SET template_count = template_count + ? WHERE key = ?",
            (templates, person),
        )
