"""Every store takes many templates at once, and gives them all back."""

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest

from faces.embedding import Vectors
from faces.errors import VectorNotUnit
from services.gallery import rules
from services.gallery.answers import Imported
from services.gallery.records import Keys
from services.gallery.store import Reader, Sample, Store
from services.gallery.vectors import unit_rows
from tests.galleries import DIMENSION, STAFF, unit_vectors
from tests.stores import (
    CAPTURED_US,
    GUEST,
    adding,
    creating,
    found,
    fresh,
    importing,
    records,
    removing,
    removing_template,
)
from tests.witness import Witness

CROWD = [f"guest-{number % 40}" for number in range(100)]
"""40 persons: 20 of three templates, 20 of two."""


def staff(view: Reader) -> int:
    """The key of the collection."""
    return rules.collection_of(view, STAFF).key


def everything(view: Reader, step: int = 7) -> list[Sample]:
    """All samples of the collection, in pages."""
    key = staff(view)
    samples: list[Sample] = []
    while page := view.samples(key, samples[-1].template.key if samples else 0, step):
        samples += page
    return samples


async def held(store: Store, keys: Keys) -> tuple[Keys, Vectors]:
    """What the store gives of these templates."""
    batches = await store.read(lambda view: list(view.vectors(staff(view), keys)))
    empty = np.empty((0, DIMENSION), np.float32)
    return (
        np.concatenate([keys[:0], *(found for found, _ in batches)]),
        np.concatenate([empty, *(vectors for _, vectors in batches)]),
    )


async def test_an_import_is_stored_in_its_order(store: Store) -> None:
    """Keys rise with the records, and every field comes back."""
    answer = await store.write(fresh("import"), importing(CROWD, seed=3))
    samples = await store.read(everything)

    first, keys = samples[0].template, [sample.template.key for sample in samples]
    assert isinstance(answer, Imported)
    assert (100, sorted(set(keys))) == (answer.template_count, keys)
    assert CROWD == [sample.person_id for sample in samples]
    assert [GUEST] * 100 == [sample.person_labels for sample in samples]
    assert (1 / 101, "photo 0", CAPTURED_US, {"photo": "0"}) == (
        first.quality,
        first.source_id,
        first.captured_us,
        first.labels,
    )
    expected = unit_rows(list(unit_vectors(100, seed=3)), DIMENSION)
    np.testing.assert_array_equal(expected, [sample.vector for sample in samples])


async def test_an_import_is_counted(store: Store) -> None:
    """Persons and templates add up, those of people who were there included."""
    await store.write(fresh("add"), adding("guest-0", 2))
    await store.write(fresh("import"), importing(CROWD))
    collection = await store.read(lambda view: rules.collection_of(view, STAFF))
    names = ["guest-0", "guest-39", "eve"]
    persons = await store.read(lambda view: view.persons_named(collection.key, names))

    assert (40, 102) == (collection.person_count, collection.template_count)
    assert {"guest-0": 5, "guest-39": 2} == {
        name: person.template_count for name, person in persons.items()
    }


async def test_an_import_sent_again_is_stored_once(store: Store) -> None:
    """A message that comes twice, at once or later, is answered twice and stored once."""
    request = fresh("import")
    twice = await asyncio.gather(*(store.write(request, importing(CROWD)) for _ in range(2)))
    later = await store.write(request, importing(CROWD))
    samples = await store.read(everything)

    assert [later, later] == twice
    assert 100 == len(samples)


async def test_a_refused_import_leaves_nothing(store: Store, witness: Witness) -> None:
    """One record that is wrong takes all others along."""
    new, told = records(CROWD), list(witness.changes)
    new.vectors[99][:] *= 2
    with pytest.raises(VectorNotUnit, match="99"):
        await store.write(fresh("import"), lambda tx: rules.add_records(tx, new))
    samples = await store.read(everything)
    collection = await store.read(lambda view: rules.collection_of(view, STAFF))

    assert ([], 0) == (samples, collection.person_count)
    assert told == witness.changes


async def test_an_import_merges_labels(store: Store) -> None:
    """Labels of people who were there change as by an addition; others keep theirs."""
    await store.write(fresh("add"), adding("guest-1", role="guard", site="north"))
    await store.write(fresh("add"), adding("eve", role="chief"))
    await store.write(fresh("import"), importing(CROWD))
    labels = [(await store.read(found(name))).labels for name in ("guest-1", "guest-2", "eve")]

    assert [{"role": "guest", "site": "north"}, GUEST, {"role": "chief"}] == labels


@pytest.mark.parametrize("step", [1, 7, 100, 1000])
async def test_samples_come_in_pages(store: Store, step: int) -> None:
    """Pages of any size give each template once, by rising key, of this collection only."""
    await store.write(fresh("create"), creating("other"))
    await store.write(fresh("import"), importing(CROWD[:50]))
    await store.write(fresh("import"), importing(CROWD, "other"))
    await store.write(fresh("import"), importing(CROWD[50:]))
    await store.write(fresh("remove"), removing("guest-7"))
    samples = await store.read(lambda view: everything(view, step))

    keys = [sample.template.key for sample in samples]
    assert (sorted(set(keys)), 97) == (keys, len(keys))
    assert [name for name in CROWD if name != "guest-7"] == [each.person_id for each in samples]


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param([], id="none"),
        pytest.param(range(100), id="a range"),
        pytest.param(range(-1, 300), id="more than there is"),
        pytest.param(range(2, 100, 9), id="sparse"),
        pytest.param([0, 1, 2, 97, 98, 99], id="two ranges"),
        pytest.param([*range(50), *range(52, 100)], id="all but two"),
        pytest.param([16, 39, 40], id="only some of them"),
        pytest.param([16, 10**15], id="unknown"),
    ],
)
async def test_vectors_are_found_by_key(store: Store, wanted: Sequence[int]) -> None:
    """Any keys are given back by rising key; those gone, or of others, are left out."""
    await store.write(fresh("import"), importing(CROWD))
    stored = await store.read(everything)
    await store.write(fresh("create"), creating("other"))
    await store.write(fresh("import"), importing(CROWD, "other"))
    places = {each.template.key: place for place, each in enumerate(stored)}
    for place in (0, 16, 39, 99):
        gone = stored[place].template.key
        await store.write(fresh("remove"), removing_template(gone))
        del places[gone]
    asked = np.array(wanted, np.int64) + stored[0].template.key
    there = [key for key in asked.tolist() if key in places]
    keys, vectors = await held(store, asked)

    assert there == keys.tolist()
    expected = [stored[places[key]].vector for key in there]
    assert [vector.tolist() for vector in expected] == vectors.tolist()


async def test_large_collections_come_in_batches(store: Store) -> None:
    """Ten thousand templates come whole and by rising key, however they are asked for."""
    crowd = [f"guest-{number}" for number in range(5000)]
    for seed in range(2):
        await store.write(fresh("import"), importing(crowd, seed=seed))
    everyone = await store.read(lambda view: list(view.people(staff(view))))
    columns = await store.read(lambda view: list(view.columns(staff(view))))
    keys = np.concatenate([batch.keys for batch in columns])
    persons = np.concatenate([batch.keys for batch in everyone])
    some, vectors = await held(store, keys[::3])
    all_of_them, _ = await held(store, keys)

    assert 10_000 == len(keys)
    assert sorted(set(keys.tolist())) == keys.tolist() == all_of_them.tolist()
    assert (crowd, sorted(persons.tolist())) == (
        [name for batch in everyone for name in batch.person_ids],
        persons.tolist(),
    )
    assert [*persons.tolist()] * 2 == [key for batch in columns for key in batch.persons.tolist()]
    assert keys[::3].tolist() == some.tolist()
    expected = np.concatenate([unit_vectors(5000, seed=seed) for seed in range(2)])[::3]
    np.testing.assert_allclose(expected, vectors, atol=1e-6)
