"""Every store keeps what it acknowledged, once, and tells its follower first."""

import asyncio
import contextlib
from pathlib import Path

import numpy as np
import pytest

from faces.errors import CollectionExists, PersonNotFound
from services.gallery.answers import Added, Answer, Created
from services.gallery.changes import TemplatesAdded
from services.gallery.records import Template
from services.gallery.rules import collection_of
from services.gallery.store import Store, Transaction
from tests.galleries import STAFF, unit_vectors
from tests.stores import (
    CAPTURED_US,
    OpenStore,
    adding,
    creating,
    dropping,
    found,
    fresh,
    listed,
    removing,
)
from tests.witness import Witness


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
    [told] = [each for each in witness.changes if isinstance(each, TemplatesAdded)]
    told_keys = tuple(told.columns.keys.tolist())
    assert (answer.templates, answer.position) == (told_keys, witness.position)
    np.testing.assert_allclose(told.vectors, unit_vectors(2), atol=1e-6)


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
    people = await store.read(lambda view: view.persons(collection_of(view, STAFF).key, "", 10))

    assert [Added, ZeroDivisionError, Added] == [type(outcome) for outcome in outcomes]
    assert ["ada", "bob"] == [person.person_id for person in people]


async def test_everything_outlives_a_restart(open_store: OpenStore, tmp_path: Path) -> None:
    """Another process finds all rows, the position, and the answers given."""
    request, before, after = fresh("add"), Witness(), Witness()
    async with open_store(tmp_path / "store", before) as store:
        await store.write(fresh("create"), creating())
        first = await store.write(request, adding("ada", 2))
        await store.write(fresh("add"), adding("bob"))
        await store.write(fresh("remove"), removing("bob"))
    async with open_store(tmp_path / "store", after) as store:
        again = await store.write(request, adding("ada", 2))

        with pytest.raises(CollectionExists):
            await store.write(fresh("create"), creating())
    assert isinstance(first, Added)
    assert (first, before.position) == (again, after.position)
    [kept] = after.kept.values()
    assert (["ada"], list(first.templates)) == (
        [name for name, _ in kept.people.values()],
        list(kept.templates),
    )


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


async def test_a_store_that_answers_is_not_stale(store: Store) -> None:
    """Once it is settled, the follower of its only writer lacks nothing."""
    await store.write(fresh("add"), adding("ada"))
    await store.settle()

    assert (False, 0) == (store.stale, store.lag)


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
    await store.write(fresh("drop"), dropping())
    created = await store.write(fresh("create"), creating())

    assert isinstance(created, Created)
    assert (0, 0) == (created.collection.person_count, created.collection.template_count)
    with contextlib.suppress(PersonNotFound):
        pytest.fail(str(await store.read(found("ada"))))


async def test_templates_are_listed_oldest_first(store: Store) -> None:
    """Each with all that is known of it but its vector."""
    answer = await store.write(fresh("add"), adding("ada", 3))
    assert isinstance(answer, Added)
    shown = await store.read(listed(answer.person))

    expected = [
        Template(
            key=key,
            quality=0.5,
            source_id="camera",
            created_us=answer.person.created_us,
            captured_us=CAPTURED_US,
            labels={"site": "north"},
        )
        for key in answer.templates
    ]
    assert expected == shown
