"""Every store keeps what it acknowledged, once, and tells its follower first."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import numpy as np
import pytest

from faces.errors import CollectionExists, PersonNotFound, RequestIdReused
from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.answers import Added, Answer, Created
from services.gallery.changes import TemplatesAdded
from services.gallery.sqlite import SqliteStore
from services.gallery.store import Follower, Store, Transaction
from tests.galleries import STAFF, unit_vectors
from tests.stores import CREATE, Witness, adding, found, fresh, removing

OpenStore = Callable[[Path, Follower], AbstractAsyncContextManager[Store]]
STORES = [
    pytest.param(
        functools.partial(SqliteStore.opened, limits=BatchLimits(), remember_h=1), id="sqlite"
    )
]


@pytest.fixture(name="open_store", params=STORES)
def _open_store(request: pytest.FixtureRequest) -> OpenStore:
    opened: OpenStore = request.param
    return opened


@pytest.fixture(name="witness")
def _witness() -> Witness:
    return Witness()


@pytest.fixture(name="store")
async def _store(open_store: OpenStore, tmp_path: Path, witness: Witness) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store", witness) as store:
        await store.write(fresh("create"), CREATE)
        yield store


async def test_an_answered_write_is_there(store: Store) -> None:
    """What a write answered is what a read finds, labels and counts included."""
    answer = await store.write(fresh("add"), adding("ada", 3, role="guard"))
    person = await store.read(found("ada"))
    collection = await store.read(lambda view: view.collection(STAFF))

    assert isinstance(answer, Added)
    assert (answer.person, 3, {"role": "guard"}) == (person, person.template_count, person.labels)
    assert collection is not None
    assert (1, 3) == (collection.person_count, collection.template_count)


async def test_labels_are_merged(store: Store) -> None:
    """A key sent again is overwritten, another one stays."""
    await store.write(fresh("add"), adding("ada", role="guard", site="north"))
    await store.write(fresh("add"), adding("ada", role="chief"))

    assert {"role": "chief", "site": "north"} == (await store.read(found("ada"))).labels


async def test_the_follower_knows_before_the_caller(store: Store, witness: Witness) -> None:
    """By the time of the answer, the follower was told what changed."""
    answer = await store.write(fresh("add"), adding("ada", 2))

    assert isinstance(answer, Added)
    [rows] = [each.rows for each in witness.changes if isinstance(each, TemplatesAdded)]
    assert (answer.templates, answer.position) == (tuple(rows.keys.tolist()), witness.position)
    np.testing.assert_allclose(rows.vectors, unit_vectors(2), atol=1e-6)


async def test_a_refused_write_changes_nothing(store: Store, witness: Witness) -> None:
    """What a rule did before it refused is taken back, and nobody is told."""

    def work(tx: Transaction) -> Answer:
        adding("ada")(tx)
        raise PersonNotFound(collection_id=STAFF, person_id="eve")

    told = list(witness.changes)
    with pytest.raises(PersonNotFound):
        await store.write(fresh("odd"), work)
    with pytest.raises(PersonNotFound, match="ada"):
        await store.read(found("ada"))

    assert told == witness.changes


async def test_a_bug_in_one_write_spares_the_others(store: Store) -> None:
    """Writes that share a commit do not share a bug."""

    def bug(tx: Transaction) -> Answer:
        adding("eve")(tx)
        raise ZeroDivisionError

    outcomes = await asyncio.gather(
        store.write(fresh("add"), adding("ada")),
        store.write(fresh("odd"), bug),
        store.write(fresh("add"), adding("bob")),
        return_exceptions=True,
    )
    people = await store.read(lambda view: view.persons(1, "", 10))

    assert [Added, ZeroDivisionError, Added] == [type(outcome) for outcome in outcomes]
    assert ["ada", "bob"] == [person.person_id for person in people]


async def test_a_repeated_request_gets_the_answer_again(store: Store) -> None:
    """One request, however often and at once it is sent, is one write."""
    request = fresh("add")
    together = await asyncio.gather(*(store.write(request, adding("ada")) for _ in range(8)))
    later = await store.write(request, adding("ada"))

    assert [later] * 8 == together
    assert 1 == (await store.read(found("ada"))).template_count


@pytest.mark.parametrize("rpc", ["remove", "add, but another one"])
async def test_another_request_cannot_have_the_id(store: Store, rpc: str) -> None:
    """An id that was answered for one request is refused for any other."""
    request = fresh("add")
    await store.write(request, adding("ada"))

    with pytest.raises(RequestIdReused, match=request.request_id):
        await store.write(fresh(rpc, request.request_id), removing("ada"))


async def test_a_refused_request_may_come_again(store: Store) -> None:
    """A refusal changes nothing, and so does not use the id up."""
    request = fresh("remove")
    with pytest.raises(PersonNotFound):
        await store.write(request, removing("ada"))
    await store.write(fresh("add"), adding("ada"))
    await store.write(request, removing("ada"))

    with pytest.raises(PersonNotFound):
        await store.read(found("ada"))


async def test_everything_outlives_a_restart(open_store: OpenStore, tmp_path: Path) -> None:
    """Another process finds all rows, the position, and the answers given."""
    request, before, after = fresh("add"), Witness(), Witness()
    async with open_store(tmp_path / "store", before) as store:
        await store.write(fresh("create"), CREATE)
        first = await store.write(request, adding("ada", 2))
        await store.write(fresh("add"), adding("bob"))
        await store.write(fresh("remove"), removing("bob"))
    async with open_store(tmp_path / "store", after) as store:
        again = await store.write(request, adding("ada", 2))

        with pytest.raises(CollectionExists):
            await store.write(fresh("create"), CREATE)
    assert isinstance(first, Added)
    assert (first, before.position) == (again, after.position)
    assert [("ada", key) for key in first.templates] == after.loaded


async def test_keys_and_positions_are_never_used_again(store: Store) -> None:
    """What comes after a deletion has new keys, and a later position."""
    seen: list[Added] = []
    for _ in range(3):
        answer = await store.write(fresh("add"), adding("ada", 2))
        assert isinstance(answer, Added)
        seen.append(answer)
        await store.write(fresh("remove"), removing("ada"))

    templates = [key for answer in seen for key in answer.templates]
    assert sorted(set(templates)) == templates
    assert sorted({answer.position for answer in seen}) == [answer.position for answer in seen]
    assert 3 == len({answer.person.key for answer in seen})


async def test_writers_of_one_person_do_not_lose_each_other(store: Store) -> None:
    """Twenty callers add one template each, and all are there."""
    await asyncio.gather(*(store.write(fresh("add"), adding("ada")) for _ in range(20)))

    assert 20 == (await store.read(found("ada"))).template_count


async def test_an_erased_person_leaves_no_labels(store: Store) -> None:
    """Answers that are remembered forget the labels of someone deleted; the rest stays."""
    request = fresh("add")
    first = await store.write(request, adding("ada", name="Ada"))
    await store.write(fresh("remove"), removing("ada"))

    again = await store.write(request, adding("ada", name="Ada"))

    assert isinstance(first, Added)
    assert isinstance(again, Added)
    assert (first.templates, {}) == (again.templates, again.person.labels)


async def test_a_dropped_collection_takes_everyone_along(store: Store) -> None:
    """Its name is free again, and the new one of that name is empty."""
    await store.write(fresh("add"), adding("ada", 3, name="Ada"))
    await store.write(fresh("drop"), lambda tx: rules.drop(tx, STAFF))
    created = await store.write(fresh("create"), CREATE)

    assert isinstance(created, Created)
    assert (0, 0) == (created.collection.person_count, created.collection.template_count)
    with contextlib.suppress(PersonNotFound):
        pytest.fail(str(await store.read(found("ada"))))


async def test_templates_are_listed_oldest_first(store: Store) -> None:
    """Each with its quality, source and time, without its vector."""
    answer = await store.write(fresh("add"), adding("ada", 3))
    assert isinstance(answer, Added)
    listed = await store.read(lambda view: view.templates(answer.person.key))

    assert list(answer.templates) == [template.key for template in listed]
    assert {(0.5, "camera")} == {(each.quality, each.source_id) for each in listed}
