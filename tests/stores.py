"""Stores in tests: writes in few words, and a follower that remembers."""

import functools
from collections.abc import Callable, Sequence

from services.gallery import rules
from services.gallery.changes import Change
from services.gallery.records import Person
from services.gallery.rules import NewCollection, NewTemplates
from services.gallery.store import Follower, Reader, Request, Source, Work
from tests.galleries import CONTRACT, DIMENSION, STAFF, new_id, unit_vectors

CREATE: Work = functools.partial(
    rules.create,
    new=NewCollection(collection_id=STAFF, contract_id=CONTRACT, dimension=DIMENSION),
)


class Witness(Follower):
    """A follower that remembers what it was told."""

    def __init__(self) -> None:
        self.position = 0
        self.changes: list[Change] = []
        self.loaded: list[tuple[str, int]] = []

    def load(self, source: Source) -> None:
        self.position = source.last_position()
        for collection in source.all_collections():
            persons = dict(source.enrolled(collection.key))
            for rows in source.rows(collection.key):
                columns = zip(rows.persons.tolist(), rows.keys.tolist(), strict=True)
                self.loaded += [(persons[person], key) for person, key in columns]

    def apply(self, position: int, changes: Sequence[Change], source: Source) -> None:
        self.position = position
        self.changes += changes


def fresh(rpc: str, request_id: str = "") -> Request:
    return Request(request_id=request_id or new_id(), rpc=rpc, digest=rpc.encode())


def adding(person_id: str, count: int = 1, **labels: str) -> Work:
    return functools.partial(
        rules.add,
        new=NewTemplates(
            collection_id=STAFF,
            person_id=person_id,
            contract_id=CONTRACT,
            vectors=list(unit_vectors(count)),
            qualities=(0.5,) * count,
            source_ids=("camera",) * count,
            labels=labels,
        ),
    )


def removing(person_id: str) -> Work:
    return lambda tx: rules.remove_person(tx, STAFF, person_id)


def found(person_id: str) -> Callable[[Reader], Person]:
    return lambda view: rules.person_of(view, rules.collection_of(view, STAFF), person_id)
