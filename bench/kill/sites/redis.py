"""Two galleries on one Redis."""

import asyncio
import random
from pathlib import Path

from bench.kill.running import Running
from bench.kill.sites.site import Fault, kill_starting
from bench.kill.tally import Tally
from tests.redises import RedisServer

REWRITING = ("--auto-aof-rewrite-min-size", "64kb", "--auto-aof-rewrite-percentage", "20")
"""Options for Redis, so that it is often killed while it rewrites its log."""


class RedisSite:
    """Two galleries on one Redis."""

    def __init__(
        self, folder: Path, server: RedisServer, tally: Tally, chance: random.Random
    ) -> None:
        self.snapshots = [folder / f"snapshots-{number}" for number in range(2)]
        self._server = server
        self._chance = chance
        self.replicas = [
            Running(tally, REDIS_URL=server.url, REDIS_TIMEOUT_S=0.5, SNAPSHOTS=path)
            for path in self.snapshots
        ]
        self.faults = [
            Fault(name="one of two galleries", share=3, strike=self._kill_one),
            Fault(name="both galleries", share=2, strike=self._kill_both),
            Fault(name="Redis", share=4, strike=self._kill_redis),
            Fault(name="Redis and both galleries", share=3, strike=self._kill_all),
            Fault(name="gallery that starts", share=1, strike=self._kill_starting),
        ]

    async def up(self) -> None:
        """Implement `Site`."""
        if not self._server.alive:
            await asyncio.to_thread(self._server.start, *REWRITING)
        await asyncio.gather(*(replica.up() for replica in self.replicas))

    async def _kill_one(self) -> None:
        one = self._chance.choice(self.replicas)
        one.kill()
        # Meanwhile, the other one goes on.
        await asyncio.sleep(self._chance.uniform(0, 0.1))
        await one.gone()

    async def _kill_both(self) -> None:
        for replica in self.replicas:
            replica.kill()
        for replica in self.replicas:
            await replica.gone()

    async def _kill_redis(self) -> None:
        await asyncio.to_thread(self._server.kill)

    async def _kill_all(self) -> None:
        if self._chance.random() < 0.5:  # noqa: PLR2004  # either may come first
            await self._kill_redis()
            await self._kill_both()
        else:
            await self._kill_both()
            await self._kill_redis()

    async def _kill_starting(self) -> None:
        one = self._chance.choice(self.replicas)
        one.kill()
        await one.gone()
        await kill_starting(one, self._chance)
