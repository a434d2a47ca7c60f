"""The store: writes in groups on one thread, reads on another, news on a third."""

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TypeVar

from redis.exceptions import RedisError
from typing_extensions import override

from meshkit.batcher import Batcher, BatchLimits
from services.gallery.queued import READS, Outcome, QueuedStore, Reads, Write
from services.gallery.redis import server
from services.gallery.redis.commit import Policy
from services.gallery.redis.facts import Hints
from services.gallery.redis.following import following
from services.gallery.redis.reading import views
from services.gallery.redis.replicas import Replicas
from services.gallery.redis.resealing import Rotation, uses
from services.gallery.redis.schema import upgrade
from services.gallery.redis.script import Script
from services.gallery.redis.space import Space
from services.gallery.redis.tail import Tail
from services.gallery.redis.wiping import Wiper, require_permission, rewrite
from services.gallery.redis.writer import Writer
from services.gallery.sealing import PLAIN, Resealed, Sealing
from services.gallery.store import Follower

T = TypeVar("T")

log = logging.getLogger(__name__)


class RedisStore(QueuedStore):
    """Implements `Store` on Redis, beside any number of other replicas; `opened` makes it."""

    def __init__(
        self,
        writes: Batcher[Write | None, Outcome | None],
        reads: Reads,
        tail: Tail,
        looking: Script,
        rotation: Rotation,
    ) -> None:
        super().__init__(writes, reads)
        self._tail = tail
        self._looking = looking
        self._rotation = rotation

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(
        cls,
        url: str,
        follower: Follower,
        *,
        gallery: str = "default",
        limits: BatchLimits,
        remember_h: float,
        stream_length: int = 100_000,
        wait_replicas: int = 0,
        timeout_s: float = 2.0,
        tls: Path | None = None,
        sealing: Sealing = PLAIN,
    ) -> AsyncIterator["RedisStore"]:
        """Connect, load the follower, and serve while the block runs.

        Args:
            url: Such as ``redis://user:password@host:6379/0``; ``rediss`` is over TLS.
            follower: Is told of every commit before the commit is answered.
            gallery: Replicas of one gallery share this name.
            limits: How writes share commits.
            remember_h: Hours that answers are remembered by their request's id.
            stream_length: Writes that a replica may be behind before it loads anew.
            wait_replicas: Redis replicas that must have a write before its answer.
            timeout_s: How long Redis may take for one answer. A write that finds it
                silent fails after at most three times this.
            tls: Folder of certificates to reach it with, whose URL begins with ``rediss``.
            sealing: How vectors are written down.

        Raises:
            ConfigError: Redis cannot be reached, is not durable, or holds a gallery of
                another version, or sealed with a key that is not there.
        """
        space = Space(gallery)
        async with contextlib.AsyncExitStack() as stack:
            with server.failing_as_config():
                looking = Script(server.reader(url, timeout_s=timeout_s, tls=tls), space, sealing)
                stack.callback(looking.client.close)
                writing = Script(server.writer(url, timeout_s=timeout_s, tls=tls), space, sealing)
                stack.callback(writing.client.close)
                await asyncio.to_thread(upgrade, writing)
                await asyncio.to_thread(require_permission, looking.client)
                sealing.sealer.require(await asyncio.to_thread(uses, looking))
                tail = Tail(looking, follower)
                await asyncio.to_thread(tail.load)
            replicas = Replicas(writing.client, space, count=wait_replicas, timeout_s=timeout_s / 2)
            writer = Writer(
                writing,
                tail,
                policy=Policy(keep_ms=round(remember_h * 3.6e6), stream_length=stream_length),
                patience_s=timeout_s,
                replicated=replicas.wait,
            )
            writes = Batcher(writer.run, name="gallery writes", limits=limits)
            reads = Reads(
                functools.partial(views, looking, Hints()), name="gallery reads", limits=READS
            )
            await stack.enter_async_context(following(looking, tail, Wiper(looking)))
            yield cls(
                await stack.enter_async_context(writes.open()),
                await stack.enter_async_context(reads.open()),
                tail,
                looking,
                Rotation(writing, replicas.wait),
            )

    @override
    async def compact(self) -> None:
        await self._asked(rewrite, self._looking)

    @override
    async def keys(self) -> Mapping[str, int]:
        return await self._asked(uses, self._looking)

    @override
    async def reseal(self, collection: int, after: int) -> Resealed:
        return await self._asked(self._rotation.page, collection, after)

    @override
    async def retire(self, before: Mapping[str, int]) -> None:
        await self._asked(self._rotation.retire, before)

    async def _asked(self, ask: Callable[..., T], *arguments: object) -> T:
        """Do something that is no write, and that others need not wait for."""
        try:
            return await asyncio.to_thread(ask, *arguments)
        except RedisError as error:
            log.warning("the store cannot be looked after", extra={"cause": str(error)})
            raise server.unavailable() from None

    @property
    @override
    def stale(self) -> bool:
        return self._tail.stale

    @property
    @override
    def lag(self) -> int:
        return self._tail.lag
