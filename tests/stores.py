"""Stores in tests: how each is opened, and writes in few words."""

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import pytest

from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.plan import Plan
from services.gallery.records import Person, Template
from services.gallery.rules import NewCollection, NewRecords, NewTemplates
from services.gallery.sealing import PLAIN, Sealing
from services.gallery.sqlite import SqliteStore
from services.gallery.store import Follower, Reader, Request, Store, Work
from tests.galleries import CONTRACT, DIMENSION, STAFF, new_id, unit_vectors
from tests.redises import redis_store, shared_redis
from tests.sealing import KEY, sealing


class OpenStore(Protocol):
    """Opens the store of a path: the same one again if it was there before."""

    def __call__(
        self, path: Path, follower: Follower, *, sealing: Sealing = ...
    ) -> AbstractAsyncContextManager[Store]: ...


@contextlib.contextmanager
def _sqlite(_: Path, sealing: Sealing = PLAIN) -> Iterator[OpenStore]:
    yield functools.partial(SqliteStore.opened, limits=BatchLimits(), remember_h=1, sealing=sealing)


@contextlib.contextmanager
def _redis(folder: Path, sealing: Sealing = PLAIN) -> Iterator[OpenStore]:
    with shared_redis(folder) as url:
        yield functools.partial(redis_store, url=url, sealing=sealing)


UNSEALED_STORES = [pytest.param(_sqlite, id="sqlite"), pytest.param(_redis, id="redis")]
STORES = [
    *UNSEALED_STORES,
    pytest.param(functools.partial(_sqlite, sealing=sealing(KEY)), id="sqlite, sealed"),
    pytest.param(functools.partial(_redis, sealing=sealing(KEY)), id="redis, sealed"),
]
"""Every store there is: runs what all of its kind share on the files of a folder."""

GUEST = {"role": "guest"}
CAPTURED_US = 1_700_000_000_000_000


def fresh(rpc: str, request_id: str = "") -> Request:
    """A request that was never sent, or another one with the same id."""
    return Request(request_id=request_id or new_id(), rpc=rpc, digest=rpc.encode())


def creating(collection_id: str = STAFF) -> Work:
    """Create a collection of the test contract."""
    new = NewCollection(collection_id=collection_id, contract_id=CONTRACT, dimension=DIMENSION)
    return functools.partial(rules.create, new=new)


def templates(
    person_id: str, count: int = 1, collection_id: str = STAFF, **labels: str
) -> NewTemplates:
    """Templates of one camera and of a person of these labels."""
    return NewTemplates(
        collection_id=collection_id,
        person_id=person_id,
        contract_id=CONTRACT,
        vectors=list(unit_vectors(count)),
        qualities=(0.5,) * count,
        source_ids=("camera",) * count,
        captured_us=(CAPTURED_US,) * count,
        template_labels=({"site": "north"},) * count,
        labels=labels,
    )


def adding(person_id: str, count: int = 1, collection_id: str = STAFF, **labels: str) -> Work:
    """Add `templates`."""
    new = templates(person_id, count, collection_id, **labels)
    return functools.partial(rules.add, new=new)


def records(
    person_ids: Sequence[str],
    collection_id: str = STAFF,
    labels: Mapping[str, str] = GUEST,
    seed: int = 0,
) -> NewRecords:
    """One template for each name, all of other vectors and qualities."""
    count = len(person_ids)
    return NewRecords(
        collection_id=collection_id,
        contract_id=CONTRACT,
        person_ids=person_ids,
        person_labels=[labels] * count,
        vectors=list(unit_vectors(count, seed=seed)),
        qualities=[(number + 1) / (count + 1) for number in range(count)],
        source_ids=[f"photo {number}" for number in range(count)],
        captured_us=[CAPTURED_US + number for number in range(count)],
        template_labels=[{"photo": str(number)} for number in range(count)],
    )


def importing(
    person_ids: Sequence[str],
    collection_id: str = STAFF,
    labels: Mapping[str, str] = GUEST,
    seed: int = 0,
) -> Work:
    """Add `records`."""
    new = records(person_ids, collection_id, labels, seed)
    return functools.partial(rules.add_records, new=new)


def planning(plan: Plan, collection_id: str = STAFF) -> Work:
    """Have a collection searched in another way."""
    return lambda tx: rules.plan(tx, collection_id, plan)


def dropping(collection_id: str = STAFF) -> Work:
    """Delete a collection."""
    return lambda tx: rules.drop(tx, collection_id)


def removing(person_id: str, collection_id: str = STAFF) -> Work:
    """Delete a person."""
    return lambda tx: rules.remove_person(tx, collection_id, person_id)


def removing_template(template: int, collection_id: str = STAFF) -> Work:
    """Delete a template."""
    return lambda tx: rules.remove_template(tx, collection_id, str(template))


def found(person_id: str) -> Callable[[Reader], Person]:
    """Look for one person."""
    return lambda view: rules.person_of(view, rules.collection_of(view, STAFF), person_id)


def listed(person: Person) -> Callable[[Reader], Sequence[Template]]:
    """Look for the templates of one person."""
    return lambda view: view.templates(rules.collection_of(view, STAFF).key, person.key)
