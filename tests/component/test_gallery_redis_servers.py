"""Redis that is demoted, busy, without replicas, or careless after a restart."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest

from faces.errors import ServiceUnavailable, StoreUnavailable
from services.gallery.answers import Added, Answer
from services.gallery.redis import RedisStore
from services.gallery.store import Request, Store, Work
from tests.mirrors import Mirror
from tests.redises import RedisServer, redis_server, store_at
from tests.stores import adding, creating, found, fresh

TIMEOUT_S = 0.3
"""How long these stores wait for Redis."""


def opened(server: RedisServer, mirror: Mirror, **options: Any) -> Any:
    return store_at(server.url, mirror, **({"timeout_s": TIMEOUT_S} | options))


async def add(store: Store, person_id: str, count: int = 1) -> Added:
    answer = await store.write(fresh("add"), adding(person_id, count))
    assert isinstance(answer, Added)
    return answer


async def outcome_of(store: Store, work: Work) -> type[object]:
    """What kind of answer or error one write gets."""
    [outcome] = await asyncio.gather(store.write(fresh("add"), work), return_exceptions=True)
    return type(outcome)


async def healed(store: RedisStore) -> None:
    """Wait until the store is reached again and followed to its head."""
    async with asyncio.timeout(20):
        while store.stale:
            await store.settle()


async def test_a_replica_of_redis_takes_no_writes(server: RedisServer, tmp_path: Path) -> None:
    """After a demotion, writes fail and reads go on; after a promotion, all is well."""
    with redis_server(tmp_path / "other") as other:
        async with opened(server, Mirror()) as store:
            await store.write(fresh("create"), creating())
            await add(store, "ada")
            with server.client() as client, other.client() as elsewhere:
                elsewhere.replicaof("127.0.0.1", server.port)
                await other.logged("Finished with success")
                client.replicaof("127.0.0.1", other.port)
                outcome = await outcome_of(store, adding("bob"))
                client.replicaof("NO", "ONE")
            await healed(store)
            await add(store, "bob")

    assert StoreUnavailable is outcome


async def test_a_busy_redis_takes_no_writes(server: RedisServer) -> None:
    """While somebody's script runs wild, writes fail; when it is stopped, they go on."""
    with server.client() as client, server.client() as killer:
        client.config_set("lua-time-limit", 50)
        async with opened(server, Mirror(), timeout_s=2) as store:
            await store.write(fresh("create"), creating())
            wild = asyncio.create_task(asyncio.to_thread(forever, client))
            async with asyncio.timeout(10):
                while await outcome_of(store, adding("ada")) is not StoreUnavailable:
                    pass
            killer.script_kill()
            await wild
            await healed(store)
            await add(store, "bob")


def forever(client: Any) -> None:
    with pytest.raises(Exception, match="kill"):
        client.eval("while true do end", 0)


async def answered(store: Store, request: Request) -> Answer:
    """Send a request until it is answered."""
    while True:
        with contextlib.suppress(ServiceUnavailable):
            return await store.write(request, adding("ada"))


async def test_a_write_waits_for_replicas(server: RedisServer, tmp_path: Path) -> None:
    """Without a replica, it is stored and not acknowledged; with one, its id answers."""
    request = fresh("add")
    async with opened(server, Mirror()) as store:
        await store.write(fresh("create"), creating())
    async with opened(server, Mirror(), wait_replicas=1) as store:
        with pytest.raises(ServiceUnavailable):
            await store.write(request, adding("ada"))
        with pytest.raises(ServiceUnavailable):
            await store.write(request, adding("ada"))
        with redis_server(
            tmp_path / "other", "--replicaof", "127.0.0.1", str(server.port)
        ) as other:
            await other.logged("Finished with success")
            answer = await asyncio.wait_for(answered(store, request), 20)

    assert isinstance(answer, Added)
    assert answer.person.template_count == 1


@pytest.mark.parametrize("setting", ["appendfsync everysec", "maxmemory-policy allkeys-lru"])
async def test_a_server_that_turns_careless_gets_no_writes(
    server: RedisServer, setting: str
) -> None:
    """What comes back with other promises is read, and not written, until it is right again."""
    async with opened(server, Mirror()) as store:
        await store.write(fresh("create"), creating())
        await add(store, "ada")
        server.kill()
        name, value = setting.split()
        server.start(f"--{name}", value)
        outcome = await outcome_of(store, adding("bob"))
        await healed(store)
        person = await store.read(found("ada"))
        server.kill()
        server.start()
        await healed(store)
        await add(store, "bob")

    assert StoreUnavailable is outcome
    assert 1 == person.template_count
