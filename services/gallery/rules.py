"""What writes may do: each rule runs inside a transaction of any store."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces import fields
from faces.contract import require_contract
from faces.embedding import Vectors
from faces.errors import (
    CollectionExists,
    CollectionNotFound,
    FieldInvalid,
    PersonNotFound,
    TemplateNotFound,
)
from services.gallery import labels
from services.gallery.answers import Added, Created, Dropped, Imported, Planned, Removed
from services.gallery.plan import Plan
from services.gallery.records import Collection, Person, Samples
from services.gallery.store import Reader, Transaction
from services.gallery.vectors import unit_rows

_KEY = re.compile("[1-9][0-9]{0,17}")
"""What fits 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCollection:
    """A collection that somebody wants."""

    collection_id: str
    contract_id: str
    dimension: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplates:
    """Templates that somebody wants added to one person; columns of equal length."""

    collection_id: str
    person_id: str
    contract_id: str
    vectors: Sequence[NDArray[np.float32]]
    """Each of any shape (d,), with any values."""

    qualities: Sequence[float]
    source_ids: Sequence[str]
    captured_us: Sequence[int | None]
    """When each sample was captured; None is when it is added."""

    template_labels: Sequence[Mapping[str, str]]
    labels: Mapping[str, str]
    """Merged into those of the person."""

    annotation: bytes = b""
    """Kept with the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecords:
    """Templates of many persons that somebody wants added; columns of equal length."""

    collection_id: str
    contract_id: str
    person_ids: Sequence[str]
    person_labels: Sequence[Mapping[str, str]]
    """Merged into those of the person of each."""

    vectors: Vectors | Sequence[NDArray[np.float32]]
    """Each of any shape (d,), with any values; or all of them, shape (n, d)."""

    qualities: Sequence[float]
    source_ids: Sequence[str]
    captured_us: Sequence[int | None]
    template_labels: Sequence[Mapping[str, str]]


def create(tx: Transaction, new: NewCollection) -> Created:
    """Create a collection, if the name is free."""
    if tx.collection(new.collection_id):
        raise CollectionExists(collection_id=new.collection_id)
    added = tx.add_collection(new.collection_id, new.contract_id, new.dimension)
    return Created(added, tx.position)


def drop(tx: Transaction, collection_id: str) -> Dropped:
    """Delete a collection with everyone in it."""
    collection = collection_of(tx, collection_id)
    tx.remove_collection(collection)
    return Dropped(collection.person_count, collection.template_count, tx.now_us, tx.position)


def add(tx: Transaction, new: NewTemplates) -> Added:
    """Add templates of the collection's contract to a person, enrolled or not."""
    collection = collection_of(tx, new.collection_id)
    require_contract(new.contract_id, served=collection.contract_id)
    vectors = unit_rows(new.vectors, collection.dimension)
    known = tx.person(collection.key, new.person_id)
    merged = fields.labels({**(known.labels if known else {}), **new.labels})
    person = tx.put_persons(collection, {new.person_id: merged})[new.person_id]
    persons = np.full(len(vectors), person.key, np.int64)
    keys = tx.add_templates(collection, persons, _samples(tx, new, vectors))
    stored = person_of(tx, collection, new.person_id)
    return Added(stored, tuple(keys.tolist()), tx.position, new.annotation.hex())


def add_records(tx: Transaction, new: NewRecords) -> Imported:
    """Add templates of many persons; all or nothing."""
    collection = collection_of(tx, new.collection_id)
    require_contract(new.contract_id, served=collection.contract_id)
    vectors = unit_rows(new.vectors, collection.dimension)
    keys = _enrolled(tx, collection, new)
    persons = np.array([keys[person_id] for person_id in new.person_ids], np.int64)
    added = tx.add_templates(collection, persons, _samples(tx, new, vectors))
    return Imported(len(added), tx.position)


def plan(tx: Transaction, collection_id: str, wanted: Plan) -> Planned:
    """Have a collection searched in another way."""
    tx.plan_collection(collection_of(tx, collection_id), wanted.dump())
    return Planned(tx.position, wanted.dump())


def remove_person(tx: Transaction, collection_id: str, person_id: str) -> Removed:
    """Delete a person with all templates."""
    collection = collection_of(tx, collection_id)
    person = person_of(tx, collection, person_id)
    tx.remove_person(collection, person)
    return Removed(person.template_count, tx.now_us, tx.position)


def remove_template(tx: Transaction, collection_id: str, template_id: str) -> Removed:
    """Delete a template; its person stays."""
    collection = collection_of(tx, collection_id)
    # An identifier that is no key of ours was never given out.
    key = int(template_id) if _KEY.fullmatch(template_id) else 0
    if not tx.remove_template(collection, key):
        raise TemplateNotFound(collection_id=collection_id, template_id=template_id)
    return Removed(1, tx.now_us, tx.position)


def collection_of(view: Reader, collection_id: str) -> Collection:
    """Find a collection, or refuse."""
    collection = view.collection(collection_id)
    if collection is None:
        raise CollectionNotFound(collection_id=collection_id)
    return collection


def person_of(view: Reader, collection: Collection, person_id: str) -> Person:
    """Find a person, or refuse."""
    person = view.person(collection.key, person_id)
    if person is None:
        raise PersonNotFound(collection_id=collection.collection_id, person_id=person_id)
    return person


def _enrolled(tx: Transaction, collection: Collection, new: NewRecords) -> Mapping[str, int]:
    """Enroll whom records are of, or merge what they say of people; the keys of all."""
    known = tx.persons_named(collection.key, dict.fromkeys(new.person_ids))
    put: dict[str, dict[str, str]] = {}
    for index, (person_id, given) in enumerate(zip(new.person_ids, new.person_labels, strict=True)):
        person = known.get(person_id)
        if given:
            had = put.get(person_id, person.labels if person else {})
            put[person_id] = {**had, **given}
            if len(put[person_id]) > fields.MAX_LABELS:
                where = f"records[{index}].person_labels"
                raise FieldInvalid(
                    field=where, rule=f"must leave at most {fields.MAX_LABELS} entries"
                )
        elif not person:
            put.setdefault(person_id, {})
    # Whoever is known, and of whom nothing new is said, is left alone.
    people = {**known, **tx.put_persons(collection, put)}
    return {person_id: person.key for person_id, person in people.items()}


def _samples(tx: Transaction, new: NewTemplates | NewRecords, vectors: Vectors) -> Samples:
    return Samples(
        vectors=vectors,
        qualities=new.qualities,
        source_ids=new.source_ids,
        captured_us=[tx.now_us if each is None else each for each in new.captured_us],
        labels=[labels.dump(each) for each in new.template_labels],
    )
