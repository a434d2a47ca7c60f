"""What one write does to the tables, and what it means to followers."""

import dataclasses
import itertools
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from typing_extensions import override

from services.gallery import changes as change
from services.gallery import labels
from services.gallery.changes import Change
from services.gallery.records import Collection, Columns, Keys, People, Person, Samples
from services.gallery.sealing import Sealing
from services.gallery.sqlite import resealing
from services.gallery.sqlite.queries import SqliteReader
from services.gallery.store import Transaction

# Labels may name people, and an annotation describes faces: an erasure reaches those in
# remembered answers, too.
_FORGET = (
    "UPDATE answered SET"
    " answer = json_set(answer, '$.person.labels', json('{}'), '$.annotation', '')"
)


class SqliteTransaction(SqliteReader, Transaction):
    """Writes through one connection, inside a savepoint that somebody else ends."""

    def __init__(
        self,
        db: sqlite3.Connection,
        sealing: Sealing,
        *,
        position: int,
        now_us: int,
        first_key: int,
    ) -> None:
        super().__init__(db, sealing)
        self.now_us = now_us
        self.position = position
        self._first_key = first_key
        self.changes: list[Change] = []

    @override
    def add_collection(self, collection_id: str, contract_id: str, dimension: int) -> Collection:
        self._db.execute(
            "INSERT INTO collection (key, collection_id, contract_id, dimension, created_us)"
            " VALUES (?, ?, ?, ?, ?)",
            (self._next("collection"), collection_id, contract_id, dimension, self.now_us),
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
    def plan_collection(self, collection: Collection, plan: str) -> None:
        self._db.execute("UPDATE collection SET plan = ? WHERE key = ?", (plan, collection.key))
        self.changes.append(change.CollectionPlanned(collection.key, plan))

    @override
    def put_persons(
        self, collection: Collection, people: Mapping[str, Mapping[str, str]]
    ) -> Mapping[str, Person]:
        known = self.persons_named(collection.key, people)
        relabelled = [
            dataclasses.replace(person, labels=dict(people[person_id]))
            for person_id, person in known.items()
            if person.labels != people[person_id]
        ]
        strangers = [person_id for person_id in people if person_id not in known]
        enrolled = [
            Person(
                key=key,
                person_id=person_id,
                labels=dict(people[person_id]),
                template_count=0,
                created_us=self.now_us,
            )
            for key, person_id in enumerate(strangers, self._next("person"))
        ]
        put = sorted(relabelled, key=lambda person: person.key) + enrolled
        if put:
            self._put(collection, put, enrolled=len(enrolled))
        return {**known, **{person.person_id: person for person in put}}

    @override
    def add_templates(self, collection: Collection, persons: Keys, samples: Samples) -> Keys:
        first, count = self._next("template"), len(persons)
        columns = Columns(
            keys=np.arange(first, first + count, dtype=np.int64),
            persons=persons,
            qualities=np.array(samples.qualities, np.float32),
            captured_us=np.array(samples.captured_us, np.int64),
            labels=samples.labels,
        )
        vectors = list(self._sealing.dump(collection.key, columns.keys, samples.vectors))
        rows = zip(
            range(first, first + count),
            itertools.repeat(collection.key, count),
            persons.tolist(),
            samples.qualities,
            samples.source_ids,
            itertools.repeat(self.now_us, count),
            samples.captured_us,
            samples.labels,
            vectors,
            strict=True,
        )
        self._db.executemany(
            "INSERT INTO template (key, collection, person, quality, source_id, created_us,"
            " captured_us, labels, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        resealing.note(self._db, vectors)
        self._count(collection.key, persons, 1)
        self.changes.append(change.TemplatesAdded(collection.key, columns, samples.vectors))
        return columns.keys

    @override
    def remove_person(self, collection: Collection, person: Person) -> None:
        self._db.execute(f"{_FORGET} WHERE person = ?", (person.key,))
        self._db.execute("DELETE FROM template WHERE person = ?", (person.key,))
        self._db.execute("DELETE FROM person WHERE key = ?", (person.key,))
        self._count_collection(collection.key, persons=-1, templates=-person.template_count)
        self.changes.append(change.PersonRemoved(collection.key, person.key))

    @override
    def remove_template(self, collection: Collection, template: int) -> bool:
        found = self._db.execute(
            "DELETE FROM template WHERE key = ? AND collection = ? RETURNING person",
            (template, collection.key),
        ).fetchall()
        if not found:
            return False
        self._count(collection.key, np.array(found[0], np.int64), -1)
        removed = np.array([template], np.int64)
        self.changes.append(change.TemplatesRemoved(collection.key, removed))
        return True

    def _put(self, collection: Collection, people: Sequence[Person], *, enrolled: int) -> None:
        """Write persons by rising key, the last `enrolled` of whom are new."""
        texts = [labels.dump(person.labels) for person in people]
        if known := len(people) - enrolled:
            labelled = zip(texts[:known], (person.key for person in people[:known]), strict=True)
            self._db.executemany("UPDATE person SET labels = ? WHERE key = ?", labelled)
        self._db.executemany(
            "INSERT INTO person (key, collection, person_id, labels, created_us)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                (each.key, collection.key, each.person_id, text, self.now_us)
                for text, each in zip(texts[known:], people[known:], strict=True)
            ),
        )
        self._count_collection(collection.key, persons=enrolled)
        put = People(
            keys=np.array([person.key for person in people], np.int64),
            person_ids=[person.person_id for person in people],
            labels=texts,
        )
        self.changes.append(change.PersonsPut(collection.key, put))

    def _next(self, table: str) -> int:
        """The key that the next row gets: rows of one write have consecutive ones."""
        sql = "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = ?"
        [key] = self._db.execute(sql, (table,)).fetchone()
        return max(int(key), self._first_key)

    def _count(self, collection: int, persons: Keys, sign: int) -> None:
        """Count one template more, or fewer, for each of `persons`."""
        self._db.executemany(
            "UPDATE person SET template_count = template_count + ? WHERE key = ?",
            ((sign * count, key) for key, count in Counter(persons.tolist()).items()),
        )
        self._count_collection(collection, templates=sign * len(persons))

    def _count_collection(self, collection: int, *, persons: int = 0, templates: int = 0) -> None:
        self._db.execute(
            "UPDATE collection SET person_count = person_count + ?,"
            " template_count = template_count + ? WHERE key = ?",
            (persons, templates, collection),
        )
