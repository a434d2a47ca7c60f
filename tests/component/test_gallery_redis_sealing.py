"""What Redis is told with a key: nothing that vectors could be read from, on disk or off it."""

import asyncio
from typing import Any

import numpy as np
import pytest

from faces.errors import StoreUnavailable
from meshkit.sealing import UNSEALED
from services.gallery.sealing import PLAIN, Sealing
from services.gallery.store import Store
from tests.galleries import unit_vectors
from tests.mirrors import Mirror
from tests.redises import RedisServer, store_at
from tests.replicas import add, seen
from tests.sealing import KEY, OTHER, found, key_id, sealing
from tests.stores import adding, creating, fresh

VECTOR = unit_vectors(1)[0]
TRACES = VECTOR.tobytes(), VECTOR.astype(np.float16).tobytes()


async def dumped(server: RedisServer) -> bool:
    """Whether a vector is in any value that the server holds."""
    with server.client() as client:
        keys: Any = client.keys()
        values = [await asyncio.to_thread(client.dump, key) for key in keys]
    return any(TRACES[0] in value for value in values if value)


async def sealed_anew(store: Store) -> None:
    """What `sureface gallery reseal` has a store do."""
    before = await store.keys()
    [collection] = await store.read(lambda view: view.all_collections())
    page = await store.reseal(collection.key, 0)
    while page.last is not None:
        page = await store.reseal(collection.key, page.last)
    await store.retire(before)


@pytest.mark.parametrize(
    ("how", "told"),
    [pytest.param(PLAIN, True, id="no key"), pytest.param(sealing(KEY), False, id="key")],
)
async def test_redis_is_told_vectors_only_without_a_key(
    server: RedisServer, how: Sealing, *, told: bool
) -> None:
    """Neither its memory nor its files have them."""
    async with store_at(server.url, Mirror(), sealing=how) as store:
        await store.write(fresh("create"), creating())
        await store.write(fresh("add"), adding("ada"))

    assert [told, False] == found(server.folder, *TRACES)
    assert told == await dumped(server)


async def test_what_was_not_sealed_leaves_the_files_too(server: RedisServer) -> None:
    """The log is rewritten once all is sealed: commands of before are in it."""
    async with store_at(server.url, Mirror()) as store:
        await store.write(fresh("create"), creating())
        await store.write(fresh("add"), adding("ada"))
    async with store_at(server.url, Mirror(), sealing=sealing(KEY, UNSEALED)) as store:
        await sealed_anew(store)
        await server.logged("Background AOF rewrite finished successfully")
        left = await store.keys()

    assert {key_id(KEY)} == left.keys()
    assert [False, False] == found(server.folder, *TRACES)
    assert not await dumped(server)


async def test_replicas_change_keys_one_after_the_other(server: RedisServer) -> None:
    """Each reads what the others wrote; the old key goes once nobody uses it any more."""
    first, second = Mirror(), Mirror()
    old, new = sealing(KEY, OTHER), sealing(OTHER, KEY)
    async with (
        store_at(server.url, first, sealing=new) as one,
        store_at(server.url, second, sealing=old) as other,
    ):
        await one.write(fresh("create"), creating())
        await add(one, "ada", 2)
        await add(other, "bob")
        await sealed_anew(one)
        for store in (one, other):
            await store.settle()
        left = await one.keys()

    assert {key_id(OTHER)} == left.keys()
    assert seen(first) == seen(second)
    assert {"ada": 2, "bob": 1} == first.names()


async def test_keys_are_kept_until_replicas_of_redis_have_what_is_sealed(
    server: RedisServer,
) -> None:
    """One of them may take over, and what it has is sealed with the old key."""
    async with store_at(server.url, Mirror(), sealing=sealing(KEY)) as store:
        await store.write(fresh("create"), creating())
        await store.write(fresh("add"), adding("ada"))
    new = sealing(OTHER, KEY)
    async with store_at(server.url, Mirror(), sealing=new, wait_replicas=1) as store:
        with pytest.raises(StoreUnavailable):
            await sealed_anew(store)
        left = await store.keys()

    assert {key_id(KEY), key_id(OTHER)} == left.keys()


async def test_a_server_that_turns_careless_is_not_sealed_anew(server: RedisServer) -> None:
    """It might forget that it was, after somebody was told to take the old key away."""
    async with store_at(server.url, Mirror(), sealing=sealing(KEY)) as store:
        await store.write(fresh("create"), creating())
        await store.write(fresh("add"), adding("ada"))
    async with store_at(server.url, Mirror(), sealing=sealing(OTHER, KEY)) as store:
        [collection] = await store.read(lambda view: view.all_collections())
        before = await store.keys()
        server.kill()
        server.start("--appendfsync", "everysec")
        for _ in range(5):  # the first of them may only find that connections are gone
            with pytest.raises(StoreUnavailable):
                await store.reseal(collection.key, 0)
            with pytest.raises(StoreUnavailable):
                await store.retire(before)
    async with store_at(restarted(server).url, Mirror(), sealing=sealing(KEY)) as store:
        left = await store.keys()

    assert {key_id(KEY)} == left.keys()


def restarted(server: RedisServer) -> RedisServer:
    """With the promises that it should have."""
    server.kill()
    server.start()
    return server
