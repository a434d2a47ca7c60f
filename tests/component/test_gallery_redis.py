"""What only the Redis store promises, beside what every store does."""

import asyncio
from typing import Any

from services.gallery.answers import Added, Imported
from services.gallery.redis.space import Space
from services.gallery.vectors import unit_rows
from tests.galleries import unit_vectors
from tests.mirrors import Mirror
from tests.redises import RedisServer, store_at
from tests.stores import adding, creating, dropping, fresh, importing, removing


async def test_all_keys_share_one_hash_tag(server: RedisServer) -> None:
    """A cluster keeps a gallery on one node, and galleries do not meet."""
    async with (
        store_at(server.url, mirror := Mirror(), gallery="north") as north,
        store_at(server.url, other := Mirror(), gallery="south") as south,
    ):
        await north.write(fresh("create"), creating())
        await north.write(fresh("add"), adding("ada", role="guard"))
        await south.write(fresh("create"), creating())
    with server.client() as client:
        keys: Any = client.keys()

    assert ({"ada": 1}, {}) == (mirror.names(), other.names())
    assert {b"{sureface:north}", b"{sureface:south}"} == {
        key.split(b":")[0] + b":" + key.split(b":")[1] for key in keys
    }


async def test_an_erased_person_leaves_no_trace(server: RedisServer) -> None:
    """Neither Redis nor its files have the vector or the labels, soon after a removal."""
    vector = unit_rows([unit_vectors(1)[0]], 8)[0].tobytes()
    async with store_at(server.url, Mirror()) as store:
        await store.write(fresh("create"), creating())
        await store.write(fresh("add"), adding("ada", name="Ada Lovelace"))
        before = traces(server, vector, b"Lovelace")
        await store.write(fresh("remove"), removing("ada"))
        held = [await dumped(server, text) for text in (vector, b"Lovelace")]
        await server.logged("Background AOF rewrite finished successfully")
        after = traces(server, vector, b"Lovelace")

    assert [(True, True), (False, False)] == [before, after]
    assert [False, False] == held


async def test_a_dropped_collection_leaves_no_labels(server: RedisServer) -> None:
    """Not even in answers that are remembered, which are still given."""
    request = fresh("add")
    async with store_at(server.url, Mirror()) as store:
        await store.write(fresh("create"), creating())
        first = await store.write(request, adding("ada", name="Ada Lovelace"))
        await store.write(fresh("drop"), dropping())
        again = await store.write(request, adding("ada", name="Ada Lovelace"))

    assert isinstance(first, Added)
    assert isinstance(again, Added)
    assert ({"name": "Ada Lovelace"}, {}) == (first.person.labels, again.person.labels)
    assert not await dumped(server, b"Lovelace")


async def test_the_stream_tells_no_label_and_no_vector(server: RedisServer) -> None:
    """What is kept for replicas need not be erased."""
    vector = unit_rows([unit_vectors(1)[0]], 8)[0].tobytes()
    async with store_at(server.url, Mirror()) as store:
        await store.write(fresh("create"), creating())
        await store.write(fresh("add"), adding("ada", name="Ada Lovelace"))
    with server.client() as client:
        told = repr(client.xrange("{sureface:default}:writes")).encode()

    assert b"ada" in told
    assert not any(text in told for text in (b"Lovelace", repr(vector).encode()[2:-1]))


async def test_answers_are_forgotten_after_their_time(server: RedisServer) -> None:
    """Redis itself forgets them; labels beside them go within a day more."""
    async with store_at(server.url, Mirror(), remember_h=2) as store:
        await store.write(fresh("create"), creating())
        await store.write(request := fresh("add"), adding("ada", role="guard"))
    space = Space("default")
    with server.client() as client:
        told: Any = client.keys("*:told*")
        left = [client.ttl(space.answer(request.request_id)), *map(client.ttl, told)]

    assert 3 == len(left)
    assert 7190 <= left[0] <= 7200
    assert all(7200 < seconds <= 7200 + 86400 for seconds in left[1:])


async def test_large_writes_do_not_share_a_commit(server: RedisServer) -> None:
    """Imports that wait together are committed one by one, so that Redis stays responsive."""
    names = [f"p{number}" for number in range(5000)]
    async with store_at(server.url, mirror := Mirror()) as store:
        await store.write(fresh("create"), creating())
        answers = await asyncio.gather(
            *(store.write(fresh("import"), importing(names)) for _ in range(3))
        )
    with server.client() as client:
        told: Any = client.xrange("{sureface:default}:writes")

    assert [2, 3, 4] == [answer.position for answer in answers if isinstance(answer, Imported)]
    assert 4 == len({fields[b"token"] for _, fields in told})
    assert 15_000 == len(mirror.templates)


async def test_a_view_of_many_pages_is_of_one_instant(server: RedisServer) -> None:
    """A work that asks on and on gets answers of one head, whoever writes meanwhile."""
    async with store_at(server.url, Mirror()) as store:
        await store.write(fresh("create"), creating())
        for number in range(12):
            await store.write(fresh("add"), adding(f"p{number:02}"))
        names: list[str] = []

        def turning(view: Any) -> list[str]:
            names.clear()
            key = view.collection("staff").key if view.collection("staff") else 0
            while page := view.persons(key, names[-1] if names else "", 1):
                names.append(page[0].person_id)
            return list(names)

        writing = asyncio.gather(
            *(store.write(fresh("add"), adding(f"q{number}")) for number in range(3))
        )
        listed = await store.read(turning)
        await writing

    assert [f"p{number:02}" for number in range(12)] == listed[:12]


def traces(server: RedisServer, *texts: bytes) -> tuple[bool, ...]:
    """Which of these bytes are in the server's files."""
    files = [file for file in server.folder.rglob("*") if file.is_file()]
    content = b"".join(file.read_bytes() for file in files)
    return tuple(text in content for text in texts)


async def dumped(server: RedisServer, text: bytes) -> bool:
    """Whether these bytes are in any value that the server holds."""
    with server.client() as client:
        keys: Any = client.keys()
        values = [await asyncio.to_thread(client.dump, key) for key in keys]
    return any(text in value for value in values if value)
