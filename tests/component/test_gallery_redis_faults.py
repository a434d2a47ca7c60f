"""Redis that dies, hangs, starves or changes its mind: nothing acknowledged is lost."""

import asyncio
import contextlib
import logging
import resource
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from faces.errors import ServiceUnavailable, StoreUnavailable
from services.gallery.answers import Added, Answer, Removed
from services.gallery.redis import RedisStore
from services.gallery.store import Store, Transaction, Work
from tests.mirrors import Mirror
from tests.redises import RedisServer, store_at
from tests.stores import adding, creating, found, fresh, removing

TIMEOUT_S = 0.3
"""How long these stores wait for Redis; a write fails within three times this."""

FAILS = (StoreUnavailable, ServiceUnavailable)


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


@dataclass
class Ledger:
    """What callers were told."""

    present: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    positions: list[int] = field(default_factory=list)
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once something more was acknowledged."""


async def write(store: Store, name: str, ledger: Ledger) -> None:
    """Add people, and remove every other one, until Redis is gone."""
    with contextlib.suppress(*FAILS):
        for number in range(100):
            answer = await add(store, person_id := f"{name}-{number}", 3)
            ledger.present.add(person_id)
            ledger.positions.append(answer.position)
            if number % 2:
                ledger.present.remove(person_id)
                removed = await store.write(fresh("remove"), removing(person_id))
                assert isinstance(removed, Removed)
                ledger.absent.add(person_id)
                ledger.positions.append(removed.position)
                ledger.busy.set()


async def test_a_killed_redis_keeps_every_acknowledged_write(server: RedisServer) -> None:
    """Killed again and again under writes, it has what was acknowledged, and nothing half."""
    ledger, mirror = Ledger(), Mirror()
    async with opened(server, mirror) as store:
        await store.write(fresh("create"), creating())
        for life in range(12):
            ledger.busy.clear()
            writers = asyncio.gather(*(write(store, f"{life}-{each}", ledger) for each in range(6)))
            await ledger.busy.wait()
            server.kill()
            await writers
            server.start()
            await healed(store)
    async with opened(server, after := Mirror()):
        pass

    names = after.names()
    print(f"lives 12, acknowledged {len(ledger.positions)}")  # noqa: T201  # worth knowing
    assert {3} == set(names.values())
    assert ledger.present <= names.keys()
    assert not ledger.absent & names.keys()
    assert names == mirror.names()
    assert len(set(ledger.positions)) == len(ledger.positions)


async def test_a_frozen_redis_fails_writes_and_not_searches(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Writes fail in time, searches keep what they have and say they are stale; then all heals."""
    caplog.set_level(logging.INFO)
    async with opened(server, mirror := Mirror()) as store:
        await store.write(fresh("create"), creating())
        await add(store, "ada")
        server.freeze()
        started = time.monotonic()
        outcome = await outcome_of(store, adding("bob"))
        waited = time.monotonic() - started
        while not store.stale:
            await store.settle()
        during = mirror.names()
        server.thaw()
        await healed(store)
        await add(store, "bob")

    assert StoreUnavailable is outcome
    assert waited < 3 * TIMEOUT_S + 1
    assert ({"ada": 1}, {"ada": 1, "bob": 1}) == (during, mirror.names())
    assert ["the store cannot be reached; searches go on", "the store is back"] == [
        record.message for record in caplog.records if record.name.endswith("tail")
    ]


async def test_an_uncertain_write_is_settled_by_its_request_id(server: RedisServer) -> None:
    """A commit that Redis took before it hung is answered once it goes on, and happens once."""
    request = fresh("add")

    def freezing(tx: Transaction) -> Answer:
        answer = adding("ada")(tx)
        if tx.position == 3:  # no rehearsal: what follows is the commit
            server.freeze()
        return answer

    async with opened(server, Mirror()) as store:
        await store.write(fresh("create"), creating())
        await add(store, "bob")
        with pytest.raises(ServiceUnavailable):
            await store.write(request, freezing)
        server.thaw()
        await healed(store)
        answer = await store.write(request, adding("ada"))
        person = await store.read(found("ada"))

    assert isinstance(answer, Added)
    assert (3, 1) == (answer.position, person.template_count)


async def test_a_lost_connection_is_looked_after(server: RedisServer) -> None:
    """Redis that dies under a commit and is back in time costs the caller nothing."""
    deaths: list[threading.Timer] = []

    def die() -> None:
        server.kill()
        server.start()

    def deadly(tx: Transaction) -> Answer:
        answer = adding("ada")(tx)
        if tx.position == 3 and not deaths:
            server.freeze()  # it takes the commit, and never reads it
            deaths.append(threading.Timer(0.2, die))
            deaths[0].start()
        return answer

    async with opened(server, mirror := Mirror(), timeout_s=5) as store:
        await store.write(fresh("create"), creating())
        await add(store, "bob")
        answer = await store.write(fresh("add"), deadly)
        deaths[0].join()

    assert isinstance(answer, Added)
    assert (3, {"ada": 1, "bob": 1}) == (answer.position, mirror.names())


async def test_full_memory_refuses_additions_and_takes_removals(server: RedisServer) -> None:
    """Nothing is half there; what frees memory goes on, even in one group with what needs it."""
    async with opened(server, mirror := Mirror()) as store:
        await store.write(fresh("create"), creating())
        await add(store, "ada")
        await add(store, "bob")
        with server.client() as client:
            before = client.dbsize()
            client.config_set("maxmemory", "100kb")
            outcomes = await asyncio.gather(
                store.write(fresh("add"), adding("eve")),
                store.write(fresh("remove"), removing("ada")),
                return_exceptions=True,
            )
            during = mirror.names(), await store.read(lambda view: view.last_position())
            client.config_set("maxmemory", "0")
            after = client.dbsize()
        await add(store, "eve")

    assert [StoreUnavailable, Removed] == [type(outcome) for outcome in outcomes]
    assert ({"bob": 1}, 4) == during
    assert after <= before + 2, "the removal's answer and its mark"
    assert {"bob": 1, "eve": 1} == mirror.names()


async def test_a_full_disk_loses_nothing(server: RedisServer) -> None:
    """Redis that cannot write its file ends; with room again, what was acknowledged is there."""
    acknowledged: list[str] = []
    async with opened(server, Mirror()) as store:
        await store.write(fresh("create"), creating())
        await add(store, "ada")
    server.kill()
    room = 100_000
    server.start(before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))
    async with opened(server, mirror := Mirror()) as store:
        with contextlib.suppress(*FAILS):
            while len(acknowledged) < 10_000:
                await add(store, name := f"p{len(acknowledged)}", 2)
                acknowledged.append(name)
        code = server.wait()
        server.start()
        await healed(store)
        await add(store, "eve")
        names = mirror.names()

    assert code == 1
    assert acknowledged
    assert names.keys() >= {"ada", "eve", *acknowledged}
    assert {2} == {names[name] for name in names if name not in {"ada", "eve"}}
