"""Redis' file is rewritten after a removal, however often that fails first."""

import asyncio
import contextlib
import os
import resource
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis.exceptions import ConnectionError as Unreachable

from meshkit.config import ConfigError
from services.gallery.redis import server as servers
from services.gallery.redis.script import Script
from services.gallery.redis.space import Space
from services.gallery.redis.wiping import Wiper
from tests.mirrors import Mirror
from tests.redises import RedisServer, store_at
from tests.stores import creating, fresh

DONE = "Background AOF rewrite finished successfully"
FAILED = "Background AOF rewrite terminated with error"
SPACE = Space("default")


@contextlib.contextmanager
def wiping(server: RedisServer) -> Iterator[Callable[[], None]]:
    """What looks for the mark of a removal, and does what it asks, once a call."""
    client = servers.reader(server.url, timeout_s=5)
    wiper = Wiper(Script(client, SPACE), every_s=0.01, look_s=0)

    def tick() -> None:
        with contextlib.suppress(Unreachable):
            wiper.tick()

    with contextlib.closing(client):
        yield tick


def marked(server: RedisServer) -> bool:
    with server.client() as client:
        return client.get(SPACE.wipe) is not None


def begun(server: RedisServer) -> bool:
    with server.client() as client:
        file: Any = client.info("persistence")
    return bool(file["aof_rewrite_in_progress"])


async def until(reached: Callable[[], bool], act: Callable[[], None]) -> None:
    """Do something until a state is reached."""
    async with asyncio.timeout(60):
        while not reached():
            await asyncio.to_thread(act)


@pytest.fixture(name="removed")
async def _removed(server: RedisServer) -> RedisServer:
    """A server with a megabyte in its base file, and with the mark of a removal."""
    with server.client() as client:
        client.set("filler", os.urandom(2**20))  # which nothing compresses
        client.bgrewriteaof()
        await server.logged(DONE)
        client.set(SPACE.wipe, 7)
    return server


async def test_the_mark_stays_until_a_rewrite_has_succeeded(removed: RedisServer) -> None:
    """A rewrite that a full disk ends is tried again once there is room."""
    with removed.client() as client:
        facts: Any = client.info("server")
    if int(facts["redis_version"].partition(".")[0]) < 7:
        pytest.skip("Redis 6 has one file: a limit that ends its rewrite ends Redis, too")
    with wiping(removed) as tick:
        resource.prlimit(removed.pid, resource.RLIMIT_FSIZE, (2**19, resource.RLIM_INFINITY))
        await until(lambda: any(FAILED in line for line in removed.lines), tick)
        during = marked(removed)
        everything = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(removed.pid, resource.RLIMIT_FSIZE, everything)
        await until(lambda: not marked(removed), tick)

    assert during
    await removed.logged(DONE, 2)


async def test_the_mark_outlives_redis(removed: RedisServer) -> None:
    """A rewrite that dies with Redis is no rewrite, whatever Redis says afterwards."""
    with wiping(removed) as tick, removed.client() as client:
        client.config_set("rdb-key-save-delay", 60_000_000)
        await until(lambda: begun(removed), tick)
        removed.kill()
        removed.start("--rdb-key-save-delay", "0")
        for _ in range(2):  # the first finds the connection broken
            await asyncio.to_thread(tick)
        during = marked(removed), sum(DONE in line for line in removed.lines)
        await until(lambda: not marked(removed), tick)

    assert (True, 1) == during
    await removed.logged(DONE, 2)


async def test_a_newer_removal_keeps_its_mark(removed: RedisServer) -> None:
    """What was removed while the file was rewritten may be in it, and is wiped next."""
    with wiping(removed) as tick, removed.client() as client:
        client.config_set("rdb-key-save-delay", 100_000)
        await until(lambda: begun(removed), tick)
        client.set(SPACE.wipe, 8)
        client.config_set("rdb-key-save-delay", 0)
        await until(lambda: not marked(removed), tick)

    await removed.logged(DONE, 3)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        pytest.param(
            "bgrewriteaof",
            "its user may not have removed data wiped: grant +bgrewriteaof",
            id="rewriting",
        ),
        pytest.param("info", "its user may not ask what it does: grant +info", id="asking"),
    ],
)
async def test_a_user_who_cannot_wipe_is_refused_at_start(
    server: RedisServer, command: str, reason: str
) -> None:
    """Not at the first removal, when it is too late."""
    with server.client() as client:
        asking: Any = client
        asking.execute_command("ACL", "SETUSER", "default", f"-{command}")
    with pytest.raises(ConfigError) as error:
        async with store_at(server.url, Mirror()):
            pass

    assert f"Redis cannot be used: {reason}" == str(error.value)


@pytest.mark.parametrize("right", ["+multi", "-multi"])
async def test_asking_for_the_permission_rewrites_nothing(server: RedisServer, right: str) -> None:
    """A start costs Redis no rewrite, also where the question cannot be put."""
    with server.client() as client:
        asking: Any = client
        asking.execute_command("ACL", "SETUSER", "default", right)
        async with store_at(server.url, Mirror()) as store:
            await store.write(fresh("create"), creating())
        file: Any = client.info("persistence")

    never = -1
    assert (0, never) == (file["aof_rewrite_in_progress"], file["aof_last_rewrite_time_sec"])
