"""Gallery processes that share one Redis: any may write, all see the same."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from faces.errors import CollectionExists, ServiceUnavailable, StoreUnavailable
from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.answers import Added, Answer, Created
from services.gallery.redis import RedisStore
from services.gallery.redis.attempt import PATIENT
from services.gallery.redis.head import Head, new_token
from services.gallery.redis.script import Script
from services.gallery.redis.server import reader
from services.gallery.redis.space import Space
from services.gallery.store import Store, Transaction
from tests.galleries import STAFF
from tests.mirrors import Mirror
from tests.redises import RedisServer, redis_server, store_at
from tests.stores import adding, creating, found, fresh, removing

UNAVAILABLE = (StoreUnavailable, ServiceUnavailable)


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis") as server:
        yield server


@contextlib.asynccontextmanager
async def replicas(
    server: RedisServer, **options: object
) -> AsyncIterator[tuple[RedisStore, RedisStore, Mirror, Mirror]]:
    first, second = Mirror(), Mirror()
    async with (
        store_at(server.url, first, **options) as one,
        store_at(server.url, second, **options) as other,
    ):
        await one.write(fresh("create"), creating())
        yield one, other, first, second


async def add(store: Store, person_id: str, count: int = 1, **labels: str) -> Added:
    answer = await store.write(fresh("add"), adding(person_id, count, **labels))
    assert isinstance(answer, Added)
    return answer


def seen(mirror: Mirror) -> tuple[object, ...]:
    return mirror.position, mirror.persons, mirror.templates


async def test_a_write_is_seen_by_every_replica(server: RedisServer) -> None:
    """Who waits for the position of a write finds it on another replica, vectors and all."""
    async with replicas(server) as (one, other, first, second):
        await add(one, "ada", 3, role="guard")
        await add(other, "bob")
        await one.write(fresh("remove"), removing("bob"))
        last = await add(other, "ada", role="chief")
        await first.reach(last.position)
        await second.reach(last.position)

        assert seen(first) == seen(second)
    assert {"ada": 4} == first.names()
    assert [1, 1] == [first.loads, second.loads]


async def test_replicas_that_race_on_one_person_lose_nothing(server: RedisServer) -> None:
    """Every write of either is there, at a position of its own, without a gap."""
    async with replicas(server, limits=BatchLimits(max_batch=2)) as (one, other, first, second):
        answers = await asyncio.gather(
            *(add(store, "ada") for _ in range(20) for store in (one, other))
        )
        await first.reach(41)
        await second.reach(41)
        person = await other.read(found("ada"))

        assert seen(first) == seen(second)
    assert [*range(2, 42)] == sorted(answer.position for answer in answers)
    assert 40 == person.template_count == len(first.templates)
    by_position = sorted(answers, key=lambda answer: answer.position)
    assert sorted(first.templates) == [key for each in by_position for key in each.templates]


async def test_one_replica_wins_a_collection_name(server: RedisServer) -> None:
    """Of two who create it at the same instant, one is refused."""
    async with replicas(server) as (one, other, _, _):
        await one.write(fresh("drop"), lambda tx: rules.drop(tx, STAFF))
        outcomes = await asyncio.gather(
            *(store.write(fresh("create"), creating()) for store in (one, other)),
            return_exceptions=True,
        )

    assert {Created, CollectionExists} == {type(outcome) for outcome in outcomes}


async def test_one_request_to_two_replicas_is_one_write(server: RedisServer) -> None:
    """Both give the same answer, at once and later."""
    request = fresh("add")
    async with replicas(server) as (one, other, _, second):
        both = await asyncio.gather(
            *(store.write(request, adding("ada", name="Ada")) for store in (one, other))
        )
        later = await other.write(request, adding("ada", name="Ada"))

        assert [later, later] == both
    assert {"ada": 1} == second.names()


def outrun(rival: Script) -> bool:
    """Write something at once, as another replica would; False if it is not let."""
    before, _ = rival.look([])
    after = Head(before.position + 1, before.last_key, new_token())
    chain = ("after", before.token, "token", after.token, "last_key", after.last_key)
    entry = ("XADD", rival.space.writes, f"{after.position}-1", *chain, "changes", "[]")
    return rival.commit(before, [("SET", rival.space.head, after.dump()), entry], turn="rival")


async def test_a_group_that_is_outrun_again_and_again_gets_its_turn(server: RedisServer) -> None:
    """A write that takes long to compute is not kept waiting for ever by quicker ones."""
    won: list[bool] = []

    def slow(tx: Transaction) -> Answer:
        answer = adding("ada")(tx)
        if tx.position > 1:  # no rehearsal: what follows is the commit
            won.append(outrun(rival))
        return answer

    async with replicas(server) as (one, _, first, second):
        with contextlib.closing(reader(server.url, timeout_s=2)) as client:
            rival = Script(client, Space("default"))
            answer = await one.write(fresh("add"), slow)
            assert isinstance(answer, Added)
            assert outrun(rival), "the turn was given back"
        await first.reach(answer.position + 1)
        await second.reach(answer.position + 1)

        assert seen(first) == seen(second)
    assert {"ada": 1} == first.names()
    assert [True] * PATIENT + [False] == won[-PATIENT - 1 :]


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
