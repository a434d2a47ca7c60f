"""Redis that has forgotten some of its writes: replicas notice, and start over."""

import asyncio
import contextlib
import shutil
from pathlib import Path

import pytest

from faces.errors import ServiceUnavailable, StoreUnavailable
from services.gallery.answers import Added, Created
from services.gallery.store import Store
from tests.mirrors import Mirror
from tests.redises import RedisServer, store_at
from tests.replicas import add, replicas, seen
from tests.stores import adding, creating, fresh, removing

UNAVAILABLE = (StoreUnavailable, ServiceUnavailable)


async def test_a_replica_behind_a_trimmed_stream_starts_over(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """What the stream no longer tells is read from the store itself."""
    async with replicas(server) as (one, other, first, second):
        await second.reach(1)
        second.gate.clear()
        await add(one, "ada", 2)
        await add(one, "bob")
        await one.write(fresh("remove"), removing("bob"))
        last = await add(one, "eve")
        with server.client() as client:
            client.xtrim("{sureface:default}:writes", maxlen=1, approximate=False)
        second.gate.set()
        await second.reach(last.position)
        await other.settle()

        assert seen(first) == seen(second)
    assert 2 == second.loads
    assert "no longer reaches back" in caplog.text


async def test_the_stream_is_bounded(server: RedisServer) -> None:
    """It keeps about as many writes as it is told to, however many there were."""
    async with replicas(server, stream_length=100) as (one, _, _, _):
        for _ in range(5):
            await asyncio.gather(*(add(one, "ada") for _ in range(100)))
    with server.client() as client:
        length = client.xlen("{sureface:default}:writes")

    assert 100 <= length < 300


async def test_a_lost_history_is_noticed(
    server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """After an older backup, replicas hold what the store has, and keys are not given twice."""
    async with replicas(server) as (one, other, first, second):
        kept = await add(one, "ada")
        server.kill()
        shutil.copytree(server.folder, tmp_path / "backup")
        server.start()
        lost = await retried(one, "bob")
        await second.reach(lost.position)
        server.kill()
        shutil.rmtree(server.folder)
        shutil.copytree(tmp_path / "backup", server.folder)
        server.start()
        again = await retried(other, "eve")
        await first.until(lambda: first.loads == 2)
        await second.until(lambda: second.loads == 2)

        assert seen(first) == seen(second)
    assert {"ada": 1, "eve": 1} == first.names()
    assert (lost.position, kept.position + 1) == (again.position, again.position)
    assert again.templates > lost.templates
    assert "the store has lost writes" in caplog.text


async def test_a_history_that_forked_is_noticed(server: RedisServer, tmp_path: Path) -> None:
    """Positions may be taken again by other writes, unseen: the links of history tell."""
    async with store_at(server.url, mirror := Mirror()) as store:
        await store.write(fresh("create"), creating())
        server.kill()
        shutil.copytree(server.folder, tmp_path / "backup")
        server.start()
        async with store_at(server.url, Mirror()) as other:
            mirror.gate.clear()
            await add(other, "bob")
            await asyncio.to_thread(mirror.waits.wait, 20)
        server.kill()
        shutil.rmtree(server.folder)
        shutil.copytree(tmp_path / "backup", server.folder)
        server.start()
        async with store_at(server.url, last := Mirror()) as other:
            for name in ("eve", "dan", "kim"):
                await add(other, name)
            mirror.gate.set()
            await mirror.until(lambda: mirror.loads == 2)
            await mirror.reach(4)

            assert seen(mirror) == seen(last)
    assert {"eve": 1, "dan": 1, "kim": 1} == mirror.names()


async def test_a_flushed_store_is_empty_everywhere(server: RedisServer) -> None:
    """Nobody goes on finding those whom the store has forgotten."""
    async with replicas(server) as (one, _, first, second):
        await add(one, "ada")
        with server.client() as client:
            client.flushall()
        await first.until(lambda: first.loads == 2)
        await second.until(lambda: second.loads == 2)
        created = await one.write(fresh("create"), creating())

        assert isinstance(created, Created)
    assert [{}, {}] == [first.names(), second.names()]


async def retried(store: Store, person_id: str) -> Added:
    """Add someone while Redis comes back: the same request until it is answered."""
    request = fresh("add")
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(*UNAVAILABLE):
                answer = await store.write(request, adding(person_id))
                assert isinstance(answer, Added)
                return answer
