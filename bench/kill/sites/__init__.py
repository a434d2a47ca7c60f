"""Where galleries run, and what of it is killed: the process, Redis, or everything."""

import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

from bench.kill.sites.redis import REWRITING, RedisSite
from bench.kill.sites.site import Fault, Site, drafts
from bench.kill.sites.sqlite import SqliteSite
from bench.kill.tally import Tally
from tests.redises import redis_server

__all__ = ["Fault", "RedisSite", "Site", "SqliteSite", "drafts", "opened"]


@contextlib.asynccontextmanager
async def opened(
    store: str, folder: Path, tally: Tally, chance: random.Random
) -> AsyncIterator[Site]:
    """Run galleries on the files of a folder while the block runs."""
    async with contextlib.AsyncExitStack() as stack:
        made: Site
        if store == "sqlite":
            made = SqliteSite(folder, tally, chance)
        else:
            server = stack.enter_context(redis_server(folder / "redis", *REWRITING))
            made = RedisSite(folder, server, tally, chance)
        try:
            await made.up()
            yield made
        finally:
            for replica in made.replicas:
                await replica.close()
