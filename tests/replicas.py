"""Replicas in tests: gallery stores that share one Redis, and what each of them shows."""

import contextlib
from collections.abc import AsyncIterator

from services.gallery.answers import Added
from services.gallery.redis import RedisStore
from services.gallery.store import Store
from tests.mirrors import Mirror
from tests.redises import RedisServer, store_at
from tests.stores import adding, creating, fresh


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
