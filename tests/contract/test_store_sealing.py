"""A store is sealed, or sealed with another key, while it is used; and tells what is altered."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from meshkit.config import ConfigError
from meshkit.sealing import UNSEALED
from services.gallery.sealing import PLAIN, Sealing
from services.gallery.store import Store
from tests.galleries import STAFF
from tests.sealing import KEY, OTHER, key_id, sealing
from tests.stores import UNSEALED_STORES, OpenStore, adding, creating, fresh, importing, removing
from tests.witness import Kept, Witness

PEOPLE = [f"p{row}" for row in range(1100)]
"""More than one page of any store."""


@pytest.fixture(name="open_store", params=UNSEALED_STORES, scope="module")
def _open_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenStore]:
    with request.param(tmp_path_factory.mktemp("shared")) as opened:
        yield opened


async def enrolled(open_store: OpenStore, path: Path, how: Sealing) -> Kept:
    """What a new store holds of some people."""
    witness = Witness()
    async with open_store(path, witness, sealing=how) as store:
        await store.write(fresh("create"), creating())
        await store.write(fresh("import"), importing(PEOPLE))
    [kept] = witness.kept.values()
    return kept


async def held(open_store: OpenStore, path: Path, how: Sealing) -> Kept:
    """What the same store holds when it is opened again."""
    witness = Witness()
    async with open_store(path, witness, sealing=how):
        [kept] = witness.kept.values()
    return kept


async def resealed(store: Store) -> tuple[int, int]:
    """Go through all templates of the one collection: how many there are, and were changed."""
    [collection] = await store.read(lambda view: view.all_collections())
    seen, changed, last = 0, 0, 0
    while (page := await store.reseal(collection.key, last)).last is not None:
        seen, changed, last = seen + page.seen, changed + page.changed, page.last
    return seen, changed


@pytest.mark.parametrize(
    ("before", "between", "after"),
    [
        pytest.param(PLAIN, sealing(KEY, UNSEALED), sealing(KEY), id="first key"),
        pytest.param(sealing(KEY), sealing(OTHER, KEY), sealing(OTHER), id="another key"),
        pytest.param(sealing(KEY), sealing(UNSEALED, KEY), PLAIN, id="no key any more"),
    ],
)
async def test_templates_are_sealed_anew(
    open_store: OpenStore, tmp_path: Path, before: Sealing, between: Sealing, after: Sealing
) -> None:
    """Nothing that is kept changes; the old key is needed until the end, and then no more."""
    path = tmp_path / "store"
    first = await enrolled(open_store, path, before)
    with pytest.raises(ConfigError, match="sealed"):
        await held(open_store, path, after)
    async with open_store(path, Witness(), sealing=between) as store:
        used = await store.keys()
        counts = [await resealed(store), await resealed(store)]
        await store.retire(used)
        left = await store.keys()

    assert [(1100, 1100), (1100, 0)] == counts
    assert {after.sealer.key_id} == left.keys()
    assert first == await held(open_store, path, after)


async def test_what_is_written_meanwhile_is_kept(open_store: OpenStore, tmp_path: Path) -> None:
    """Between pages people come and go; who was deleted does not come back."""
    path = tmp_path / "store"
    await enrolled(open_store, path, PLAIN)
    async with open_store(path, Witness(), sealing=sealing(KEY, UNSEALED)) as store:
        used = await store.keys()
        [collection] = await store.read(lambda view: view.all_collections())
        page = await store.reseal(collection.key, 0)
        await store.write(fresh("remove"), removing(PEOPLE[0]))
        await store.write(fresh("remove"), removing(PEOPLE[-1]))
        await store.write(fresh("add"), adding("ada"))
        assert page.last is not None
        while page.last is not None:
            page = await store.reseal(collection.key, page.last)
        await store.retire(used)
    kept = await held(open_store, path, sealing(KEY))

    names = {name for name, _ in kept.people.values()}
    assert {*PEOPLE[1:-1], "ada"} == names
    assert len(PEOPLE) - 1 == len(kept.templates)


async def test_a_key_that_was_used_meanwhile_is_not_forgotten(
    open_store: OpenStore, tmp_path: Path
) -> None:
    """Nobody knows then whether all is sealed with the new one."""
    path = tmp_path / "store"
    await enrolled(open_store, path, sealing(KEY))
    async with open_store(path, Witness(), sealing=sealing(OTHER, KEY)) as store:
        used = await store.keys()
    async with open_store(path, Witness(), sealing=sealing(KEY)) as store:
        await store.write(fresh("add"), adding("ada"))
    async with open_store(path, Witness(), sealing=sealing(OTHER, KEY)) as store:
        await resealed(store)
        await store.retire(used)
        left = await store.keys()

    assert {key_id(KEY), key_id(OTHER)} == left.keys()


async def test_a_wrong_key_changes_nothing(open_store: OpenStore, tmp_path: Path) -> None:
    """The line names the key that is missing; with it, everything is there."""
    path = tmp_path / "store"
    first = await enrolled(open_store, path, sealing(KEY))

    for wrong in (PLAIN, sealing(OTHER)):
        with pytest.raises(ConfigError, match=f"sealed with key {key_id(KEY)}, which is not"):
            await held(open_store, path, wrong)
    assert first == await held(open_store, path, sealing(KEY))
    assert STAFF == first.collection_id


async def test_several_may_ask_at_once(open_store: OpenStore, tmp_path: Path) -> None:
    """As operators do who look at the same gallery: each is told."""
    path = tmp_path / "store"
    await enrolled(open_store, path, sealing(KEY))
    async with open_store(path, Witness(), sealing=sealing(KEY)) as store:
        told = await asyncio.gather(*(store.keys() for _ in range(3)))

    assert [{key_id(KEY)}] * 3 == [set(used) for used in told]
