"""The thread that follows the stream while the process lives."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator
from typing import Any

from redis.exceptions import RedisError

from services.gallery.redis.script import Script
from services.gallery.redis.tail import Tail
from services.gallery.redis.wiping import Wiper

log = logging.getLogger(__name__)

_BLOCK_MS = 100
"""How long Redis holds a question for news; also how long a stop may take."""

_PAUSE_S = 0.2
"""Between attempts while Redis does not answer."""

_BUG_S = 5.0
"""Between attempts after a bug."""


@contextlib.asynccontextmanager
async def following(script: Script, tail: Tail, wiper: Wiper) -> AsyncIterator[None]:
    """Follow, and wipe what was removed, while the block runs."""
    stop = threading.Event()
    thread = threading.Thread(
        target=_follow, args=(script, tail, wiper, stop), name="gallery tail", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        await asyncio.to_thread(thread.join)


def _follow(script: Script, tail: Tail, wiper: Wiper, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            # Without news, the head is looked at all the same: history may have been lost.
            tail.catch_up(_news(script, tail))
            wiper.tick()
            tail.reached(None)
        except RedisError as error:
            tail.reached(error)
            stop.wait(_PAUSE_S)
        except Exception:
            # A follower never raises, so this is a bug; the thread must outlive it.
            log.exception("following failed")
            stop.wait(_BUG_S)


def _news(script: Script, tail: Tail) -> int:
    """Wait for a write that is not applied; its position, or 0 if there is none for long."""
    here = tail.applied.position
    wanted: dict[Any, Any] = {script.space.writes: f"{here}-1"}
    streams: Any = script.client.xread(wanted, count=1, block=_BLOCK_MS)
    if not streams:
        return 0
    [[_, [[entry_id, _]]]] = streams
    return int(entry_id.split(b"-")[0])
