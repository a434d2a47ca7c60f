"""What one write does to the draft of its group, and what it means to followers."""

import dataclasses
from collections.abc import Mapping

import numpy as np
from typing_extensions import override

from services.gallery import changes as change
from services.gallery import labels
from services.gallery.records import Collection, Columns, Keys, People, Person, Samples
from services.gallery.redis.draft import NewTemplate
from services.gallery.redis.ledger import Ledger
from services.gallery.redis.packed import Stored
from services.gallery.redis.remembered import forget, told_days
from services.gallery.store import Transaction


class RedisTransaction(Ledger, Transaction):
    """Writes into its draft, and notes what that means."""

    @override
    def add_collection(self, collection_id: str, contract_id: str, dimension: int) -> Collection:
        collection = Collection(
            key=self._take(1),
            collection_id=collection_id,
            contract_id=contract_id,
            dimension=dimension,
            person_count=0,
            template_count=0,
            created_us=self.now_us,
        )
        self._draft.collections[collection_id] = collection
        self._changes.append(change.CollectionAdded(collection))
        return collection

    @override
    def remove_collection(self, collection: Collection) -> None:
        key, space = collection.key, self._space
        told = told_days(key, self._facts, space)
        whole = (space.persons(key), space.templates(key), space.owned(key), space.vectors(key))
        self._draft.removals += [("UNLINK", each) for each in (*whole, space.told(key), *told)]
        self._draft.collections[collection.collection_id] = None
        for person in [home for home in self._draft.persons if home[0] == key]:
            self._draft.persons[person] = None
        for template in [home for home in self._draft.templates if home[0] == key]:
            self._draft.templates[template] = None
        forget(self._draft, key)
        self._changes.append(change.CollectionRemoved(key))

    @override
    def plan_collection(self, collection: Collection, plan: str) -> None:
        current = self.collection(collection.collection_id) or collection
        self._draft.collections[collection.collection_id] = dataclasses.replace(current, plan=plan)
        self._changes.append(change.CollectionPlanned(collection.key, plan))

    @override
    def put_persons(
        self, collection: Collection, people: Mapping[str, Mapping[str, str]]
    ) -> Mapping[str, Person]:
        found = self.persons_named(collection.key, people)
        known = {person_id: found.get(person_id) for person_id in people}
        key = self._take(sum(person is None for person in known.values()))
        put: dict[str, Person] = {}
        told: list[Person] = []
        for person_id, person in known.items():
            if person is None:
                new = Person(
                    key=key,
                    person_id=person_id,
                    labels=people[person_id],
                    template_count=0,
                    created_us=self.now_us,
                )
                key += 1
            else:
                new = dataclasses.replace(person, labels=people[person_id])
            put[person_id] = self._draft.persons[collection.key, person_id] = new
            self._draft.homes[new.key] = collection.key, person_id
            told += [new] if new != person else []
        self._count(collection, persons=sum(person is None for person in known.values()))
        if told:
            self._changes.append(change.PersonsPut(collection.key, _people(told)))
        return put

    @override
    def add_templates(self, collection: Collection, persons: Keys, samples: Samples) -> Keys:
        first = self._take(len(persons))
        keys = np.arange(first, first + len(persons), dtype=np.int64)
        rows = zip(
            keys.tolist(),
            persons.tolist(),
            samples.qualities,
            samples.captured_us,
            samples.source_ids,
            samples.labels,
            samples.vectors,
            strict=True,
        )
        for key, person, quality, captured_us, source_id, text, vector in rows:
            stored = Stored(
                key=key,
                person=person,
                person_id=self._draft.homes[person][1],
                quality=quality,
                created_us=self.now_us,
                captured_us=captured_us,
                source_id=source_id,
                labels=text,
            )
            self._draft.templates[collection.key, key] = NewTemplate(stored, vector)
        for person, count in zip(*np.unique(persons, return_counts=True), strict=True):
            self._recount(int(person), int(count))
        self._count(collection, templates=len(keys))
        columns = Columns(
            keys=keys,
            persons=persons,
            qualities=np.array(samples.qualities, np.float32),
            captured_us=np.array(samples.captured_us, np.int64),
            labels=list(samples.labels),
        )
        self._changes.append(change.TemplatesAdded(collection.key, columns, samples.vectors))
        return keys

    @override
    def remove_person(self, collection: Collection, person: Person) -> None:
        owned = self.owned(collection.key, person.key)
        for template in owned:
            self._draft.templates[collection.key, template] = None
        everywhere = [
            self._space.owned(collection.key),
            *told_days(collection.key, self._facts, self._space),
        ]
        self._draft.removals += [
            ("ZREMRANGEBYSCORE", each, person.key, person.key) for each in everywhere
        ]
        self._draft.persons[collection.key, person.person_id] = None
        forget(self._draft, collection.key, person.key)
        self._count(collection, persons=-1, templates=-person.template_count)
        self._changes.append(change.PersonRemoved(collection.key, person.key))

    @override
    def remove_template(self, collection: Collection, template: int) -> bool:
        stored = self.stored(collection.key, template)
        if stored is None:
            return False
        self._draft.templates[collection.key, template] = None
        self.person(collection.key, stored.person_id)
        self._recount(stored.person, -1)
        self._count(collection, templates=-1)
        gone = np.array([template], np.int64)
        self._changes.append(change.TemplatesRemoved(collection.key, gone))
        return True


def _people(persons: list[Person]) -> People:
    """As a follower wants them: by rising key."""
    persons.sort(key=lambda person: person.key)
    return People(
        keys=np.array([person.key for person in persons], np.int64),
        person_ids=[person.person_id for person in persons],
        labels=[labels.dump(person.labels) for person in persons],
    )
