"""A follower that remembers what it was told, and knows what there is, in plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery import labels
from services.gallery.changes import (
    Change,
    CollectionAdded,
    CollectionPlanned,
    CollectionRemoved,
    PersonRemoved,
    PersonsPut,
    TemplatesAdded,
    TemplatesRemoved,
)
from services.gallery.records import Collection, Columns, People, Person
from services.gallery.store import Follower, Sample, Source


class Known(NamedTuple):
    """All that a follower is told of a template."""

    person: int
    quality: float
    captured_us: int
    labels: str
    vector: bytes


@dataclass
class Kept:
    """All that a follower knows of a collection, by key."""

    collection_id: str
    contract_id: str
    dimension: int
    plan: str
    people: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Name and labels."""
    templates: dict[int, Known] = field(default_factory=dict)

    @classmethod
    def of(cls, new: Collection) -> "Kept":
        return cls(new.collection_id, new.contract_id, new.dimension, new.plan)

    def put(self, people: People) -> None:
        named = zip(people.person_ids, people.labels, strict=True)
        self.people |= zip(people.keys.tolist(), named, strict=True)

    def add(self, columns: Columns, vectors: Vectors) -> None:
        told = zip(
            columns.persons.tolist(),
            columns.qualities.tolist(),
            columns.captured_us.tolist(),
            columns.labels,
            (vector.astype("<f4").tobytes() for vector in vectors),
            strict=True,
        )
        self.templates |= zip(columns.keys.tolist(), (Known(*each) for each in told), strict=True)

    def enroll(self, person: Person) -> None:
        self.people[person.key] = (person.person_id, labels.dump(person.labels))

    def store(self, sample: Sample) -> None:
        template = sample.template
        [person] = [key for key, (name, _) in self.people.items() if name == sample.person_id]
        self.templates[template.key] = Known(
            person,
            float(np.float32(template.quality)),
            template.captured_us,
            labels.dump(template.labels),
            sample.vector.tobytes(),
        )

    def remove_person(self, person: int) -> None:
        self.people.pop(person, None)
        self.templates = {
            key: known for key, known in self.templates.items() if known.person != person
        }


class Witness(Follower):
    """Believes nothing but what it is told."""

    def __init__(self) -> None:
        self.position = 0
        self.changes: list[Change] = []
        self.kept: dict[int, Kept] = {}

    @override
    def load(self, source: Source) -> None:
        self.position = source.last_position()
        self.kept = {each.key: Kept.of(each) for each in source.all_collections()}
        for key, kept in self.kept.items():
            for people in source.people(key):
                kept.put(people)
            for columns in source.columns(key):
                [(found, vectors)] = source.vectors(key, columns.keys)
                assert columns.keys.tolist() == found.tolist()
                kept.add(columns, vectors)

    @override
    def apply(self, position: int, changes: Sequence[Change], source: Source) -> None:
        self.take(changes)
        self.position = position
        self.changes += changes

    def take(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._take(change)

    def _take(self, change: Change) -> None:
        match change:
            case CollectionAdded(collection=new):
                self.kept.setdefault(new.key, Kept.of(new))
            case CollectionPlanned(collection=key, plan=plan) if key in self.kept:
                self.kept[key].plan = plan
            case CollectionRemoved(collection=key):
                self.kept.pop(key, None)
            case PersonsPut(collection=key, people=people) if key in self.kept:
                self.kept[key].put(people)
            case TemplatesAdded(collection=key) if key in self.kept:
                self.kept[key].add(change.columns, change.vectors)
            case PersonRemoved(collection=key, person=person) if key in self.kept:
                self.kept[key].remove_person(person)
            case TemplatesRemoved(collection=key, templates=templates) if key in self.kept:
                for template in templates.tolist():
                    self.kept[key].templates.pop(template, None)
            case _:
                assert change.collection not in self.kept
