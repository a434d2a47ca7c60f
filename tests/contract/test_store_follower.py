"""Every store tells its follower all that there is, and a new follower the same."""

import asyncio
import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faces.errors import FaceError, TemplateNotFound
from services.gallery import rules
from services.gallery.answers import Added
from services.gallery.changes import CollectionPlanned, PersonsPut, TemplatesRemoved
from services.gallery.plan import Plan
from services.gallery.store import Reader, Store, Work
from tests.stores import (
    CAPTURED_US,
    OpenStore,
    adding,
    creating,
    dropping,
    found,
    fresh,
    importing,
    listed,
    planning,
    removing,
    removing_template,
    templates,
)
from tests.witness import Kept, Witness

PLAN = Plan(storage="int8")

Wish = Callable[[Witness], Work]
"""A write that depends on what there is."""


async def test_new_labels_reach_the_follower(store: Store, witness: Witness) -> None:
    """Somebody enrolled gets other labels, and the follower is told, in one spelling."""
    await store.write(fresh("add"), adding("ada", site="nörd", role="guard"))
    await store.write(fresh("add"), adding("ada", role="chief"))
    ada = await store.read(found("ada"))

    told = [
        (each.people.keys.tolist(), [*each.people.person_ids], [*each.people.labels])
        for each in witness.changes
        if isinstance(each, PersonsPut)
    ]
    assert [
        ([ada.key], ["ada"], ['{"role":"guard","site":"nörd"}']),
        ([ada.key], ["ada"], ['{"role":"chief","site":"nörd"}']),
    ] == told


async def test_people_are_told_by_rising_key(store: Store, witness: Witness) -> None:
    """An import of old and new people tells of them in the order of their keys."""
    for name in ("zoe", "ada"):
        await store.write(fresh("add"), adding(name))
    await store.write(fresh("import"), importing(["new", "ada", "bob", "zoe", "ada"]))

    told = [each.people for each in witness.changes if isinstance(each, PersonsPut)][-1]
    assert sorted(told.keys.tolist()) == told.keys.tolist()
    assert ["zoe", "ada", "new", "bob"] == [*told.person_ids]


async def test_a_template_is_captured_when_it_was(store: Store, witness: Witness) -> None:
    """The time of capture is the caller's; without one, that of the addition."""
    new = dataclasses.replace(templates("ada", 2), captured_us=(None, CAPTURED_US))
    answer = await store.write(fresh("add"), lambda tx: rules.add(tx, new))
    assert isinstance(answer, Added)
    stored = await store.read(listed(answer.person))

    captured = [stored[0].created_us, CAPTURED_US]
    [kept] = witness.kept.values()
    assert captured == [template.captured_us for template in stored]
    assert captured == [known.captured_us for known in kept.templates.values()]


async def test_a_plan_reaches_the_follower(store: Store, witness: Witness) -> None:
    """How a collection is to be searched is stored with it, and told."""
    await store.write(fresh("plan"), planning(PLAN))
    [collection] = await store.read(lambda view: view.collections("", 10))

    assert PLAN.dump() == collection.plan
    assert CollectionPlanned(collection.key, PLAN.dump()) == witness.changes[-1]


async def test_a_removed_template_is_told_and_uncounted(store: Store, witness: Witness) -> None:
    """One template goes, its person and the others stay; a collection removes its own only."""
    answer = await store.write(fresh("add"), adding("ada", 3))
    assert isinstance(answer, Added)
    await store.write(fresh("create"), creating("other"))
    gone = answer.templates[1]
    with pytest.raises(TemplateNotFound):
        await store.write(fresh("remove"), removing_template(gone, "other"))
    await store.write(fresh("remove"), removing_template(gone))
    with pytest.raises(TemplateNotFound):
        await store.write(fresh("remove"), removing_template(gone))

    told = [each for each in witness.changes if isinstance(each, TemplatesRemoved)]
    left = await store.read(listed(answer.person))
    assert [[gone]] == [each.templates.tolist() for each in told]
    assert [answer.templates[0], answer.templates[2]] == [template.key for template in left]
    assert 2 == (await store.read(found("ada"))).template_count


def _removing_one(place: int, collection: str) -> Wish:
    """Remove some template of the collection, of another one, or none."""

    def wish(witness: Witness) -> Work:
        keys = [key for kept in witness.kept.values() for key in kept.templates] or [1]
        return removing_template(keys[place % len(keys)], collection)

    return wish


COLLECTIONS = st.sampled_from(["staff", "guests"])
NAMES = st.sampled_from(["ada", "bob", "cem", "dea"])
LABELS = st.dictionaries(st.sampled_from("ab"), st.text(st.characters(codec="utf-8"), max_size=3))
WORKS: st.SearchStrategy[Work] = st.one_of(
    st.builds(creating, COLLECTIONS),
    st.builds(
        lambda name, count, collection, labels: adding(name, count, collection, **labels),
        NAMES,
        st.integers(1, 3),
        COLLECTIONS,
        LABELS,
    ),
    st.builds(
        importing, st.lists(NAMES, min_size=1, max_size=6), COLLECTIONS, LABELS, st.integers(0, 9)
    ),
    st.builds(planning, st.builds(Plan, storage=st.sampled_from(["fp16", "int8"])), COLLECTIONS),
    st.builds(removing, NAMES, COLLECTIONS),
    st.builds(dropping, COLLECTIONS),
)
WISHES: st.SearchStrategy[Wish] = st.one_of(
    WORKS.map(lambda work: lambda _: work),
    st.builds(_removing_one, st.integers(0, 99), COLLECTIONS),
)
GROUPS = st.lists(st.lists(WISHES, min_size=1, max_size=4), max_size=8)
"""Writes that wait together, and may share a commit."""


def answers(view: Reader) -> dict[int, Kept]:
    """What the store says to callers, as a follower would keep it; counts are compared."""
    kept = {}
    for collection in view.collections("", 10):
        kept[collection.key] = one = Kept.of(collection)
        persons = view.persons(collection.key, "", 10)
        samples = view.samples(collection.key, 0, 1000)
        assert (collection.person_count, collection.template_count) == (len(persons), len(samples))
        for person in persons:
            one.enroll(person)
            own = [sample.template for sample in samples if sample.person_id == person.person_id]
            assert (own, person.template_count) == (
                view.templates(collection.key, person.key),
                len(own),
            )
        for sample in samples:
            one.store(sample)
    return kept


@settings(max_examples=40, deadline=None)
@given(groups=GROUPS)
async def test_a_follower_that_starts_late_misses_nothing(
    open_store: OpenStore, groups: list[list[Wish]]
) -> None:
    """Whatever happens, one that loads after a restart knows what one knows who saw it all.

    And both know what callers are answered. To be told all of it again changes nothing.
    """
    lived, loaded = Witness(), Witness()
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(Path(folder) / "store", lived) as store:
            await store.write(fresh("create"), creating())
            for group in groups:
                writes = (store.write(fresh("any"), wish(lived)) for wish in group)
                for outcome in await asyncio.gather(*writes, return_exceptions=True):
                    assert isinstance(outcome, FaceError) or not isinstance(outcome, Exception)
            answered = await store.read(answers)
        async with open_store(Path(folder) / "store", loaded) as store:
            answered_later = await store.read(answers)
    assert (lived.position, lived.kept) == (loaded.position, loaded.kept)
    assert lived.kept == answered == answered_later

    loaded.take(lived.changes)
    assert lived.kept == loaded.kept
