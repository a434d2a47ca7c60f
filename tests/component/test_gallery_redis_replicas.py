"""Gallery processes that share one Redis: any may write, all see the same."""

import asyncio
import contextlib

from faces.errors import CollectionExists
from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.answers import Added, Answer, Created
from services.gallery.redis.attempt import PATIENT
from services.gallery.redis.head import Head, new_token
from services.gallery.redis.script import Script
from services.gallery.redis.server import reader
from services.gallery.redis.space import Space
from services.gallery.store import Transaction
from tests.galleries import STAFF
from tests.redises import RedisServer
from tests.replicas import add, replicas, seen
from tests.stores import adding, creating, found, fresh, removing


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
