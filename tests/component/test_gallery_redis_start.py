"""Which Redis the gallery starts on, and which it refuses in one line."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest

from faces.errors import StoreUnavailable
from meshkit.config import ConfigError
from meshkit.sealing import UNSEALED
from services.gallery.redis import server as promises
from services.gallery.redis.head import Head
from services.gallery.redis.schema import MIGRATIONS, upgrade
from services.gallery.redis.script import Script
from services.gallery.redis.space import Space
from tests.mirrors import Mirror
from tests.redises import RedisServer, redis_server, store_at
from tests.sealing import KEY, sealing
from tests.stores import adding, creating, fresh

HEAD = "{sureface:default}:head"


async def refusal(url: str) -> str:
    """Why a store does not open."""
    with pytest.raises(ConfigError) as error:
        async with store_at(url, Mirror(), timeout_s=0.5):
            pass
    return str(error.value)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param(
            ("--appendfsync", "everysec"), "appendfsync must be always, is everysec", id="fsync"
        ),
        pytest.param(("--appendonly", "no"), "appendonly must be yes, is no", id="no log"),
        pytest.param(
            ("--no-appendfsync-on-rewrite", "yes"),
            "no-appendfsync-on-rewrite must be no, is yes",
            id="no fsync while rewriting",
        ),
        pytest.param(
            ("--maxmemory-policy", "allkeys-lru"),
            "maxmemory-policy must be noeviction, is allkeys-lru",
            id="eviction",
        ),
    ],
)
async def test_a_server_that_may_lose_writes_is_refused(
    tmp_path: Path, options: tuple[str, ...], reason: str
) -> None:
    """One line says what to change, before anything is served."""
    with redis_server(tmp_path / "redis", *options) as server:
        assert f"Redis cannot be used: {reason}" == await refusal(server.url)


async def test_a_server_that_will_not_tell_is_refused(server: RedisServer) -> None:
    """Where the user may not ask for settings, the line says what to grant."""
    with server.client() as client:
        asking: Any = client
        asking.execute_command("ACL", "SETUSER", "default", "-config")
        text = await refusal(server.url)

    assert "its user may not ask for settings: grant +config|get" in text


async def test_a_server_without_the_settings_is_refused() -> None:
    """What promises nothing is not durable, however politely it says so."""
    callers: list[asyncio.Task[Any] | None] = []

    async def knowing_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak Redis, and have none of its settings."""
        callers.append(asyncio.current_task())
        while header := await reader.readline():
            words = [await reader.readline() for _ in range(2 * int(header[1:]))][1::2]
            settings = words[0].strip().upper() == b"CONFIG"
            writer.write(b"*0\r\n" if settings else b"+OK\r\n")
        writer.close()

    async with await asyncio.start_server(knowing_nothing, "127.0.0.1", 0) as other:
        text = await refusal(f"redis://127.0.0.1:{other.sockets[0].getsockname()[1]}")
        await asyncio.gather(*(caller for caller in callers if caller))

    assert "appendonly must be yes, is unknown to it; appendfsync must be always" in text


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("redis://:hush@127.0.0.1:1", "Connection refused", id="nobody there"),
        pytest.param("hush@127.0.0.1:1", "must specify one of the following schemes", id="no URL"),
    ],
)
async def test_a_server_that_is_not_there_is_refused(url: str, reason: str) -> None:
    """And the password is not in the line."""
    text = await refusal(url)

    assert reason in text
    assert "hush" not in text


async def test_a_wrong_password_is_refused(server: RedisServer) -> None:
    """Neither is the wrong one."""
    with server.client() as client:
        client.config_set("requirepass", "right")
        text = await refusal(server.url.replace("://", "://:hush@"))

    assert "invalid username-password pair" in text
    assert "hush" not in text


async def test_a_newer_store_is_refused(server: RedisServer) -> None:
    """What a later version wrote is left alone, and the line says what to do."""
    with server.client() as client:
        client.set(HEAD, "3 7 9 token")
    text = await refusal(server.url)

    assert "schema 3, this program knows 2: run a newer gallery" in text


async def test_another_program_s_store_is_refused(server: RedisServer) -> None:
    """A key that is not ours is not overwritten."""
    with server.client() as client:
        client.set(HEAD, "something")
        text = await refusal(server.url)
        left: Any = client.get(HEAD)

    assert "belongs to another program" in text
    assert b"something" == left


async def test_an_older_store_is_not_taken_for_an_encrypted_one(server: RedisServer) -> None:
    """Its vectors are not sealed: the keys must say that they may be read."""
    async with store_at(server.url, Mirror()) as store:
        await store.write(fresh("create"), creating())
        await store.write(fresh("add"), adding("ada"))
    with server.client() as client:
        head: Any = client.get(HEAD)
        client.set(HEAD, b"1 " + head.partition(b" ")[2])
        client.delete("{sureface:default}:sealing")
    with pytest.raises(ConfigError, match="it is not sealed: add the line unsealed"):
        async with store_at(server.url, Mirror(), sealing=sealing(KEY)):
            pass
    async with store_at(server.url, mirror := Mirror(), sealing=sealing(KEY, UNSEALED)) as store:
        used = await store.keys()

    assert [UNSEALED] == list(used)
    assert {"ada": 1} == mirror.names()


async def test_an_older_store_is_brought_up_to_date(server: RedisServer) -> None:
    """Migrations that are missing run once; replicas that do not know them fail writes."""
    step = "redis.call('INCR', prefix .. 'more')"
    async with store_at(server.url, Mirror(), timeout_s=0.5) as store:
        await store.write(fresh("create"), creating())
        with contextlib.closing(promises.writer(server.url, timeout_s=2)) as client:
            for _ in range(2):
                upgrade(Script(client, Space("default")), (*MIGRATIONS, step))
            more = client.get("{sureface:default}:more")
            head: Any = client.get(HEAD)
            version, _, rest = head.decode().partition(" ")
        with pytest.raises(StoreUnavailable):
            await store.write(fresh("add"), adding("ada"))
        async with asyncio.timeout(10):
            while not store.stale:
                await store.settle()

    assert (b"1", "3") == (more, version)
    assert 1 == Head.load(f"2 {rest}".encode()).position
