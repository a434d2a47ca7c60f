"""Removing what was removed from Redis' files, too.

A removal deletes from memory at once, but the append-only file still holds the commands
that wrote the vector, until Redis rewrites it. So it is asked to, within seconds of a
removal, and at most once a minute, by whichever replica comes first: a mark that the
removal's own commit leaves says that there is something to wipe, and outlives us.

What this does not reach: RDB snapshots made before (`save ""` makes none), the files of
Redis replicas until they are rewritten there, backups, and free blocks of the disk.
"""

import logging
import time
from typing import Any

from redis.exceptions import ResponseError

from services.gallery.redis.script import Script

log = logging.getLogger(__name__)

_TICK_S = 1.0
"""How often the mark is looked for."""


class Wiper:
    """Has the append-only file rewritten after removals. Used by one thread."""

    def __init__(self, script: Script, *, every_s: float = 60.0) -> None:
        self._script = script
        self._every_ms = round(every_s * 1000)
        self._next = 0.0

    def tick(self) -> None:
        """Look for the mark, if it is time to, and do what it asks."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _TICK_S
        try:
            self._wipe()
        except ResponseError as error:
            # The removal is true and answered as such; only its traces remain for now.
            self._next = time.monotonic() + self._every_ms / 1000
            log.warning("removed data stays in Redis' file", extra={"cause": str(error)})

    def _wipe(self) -> None:
        mark: Any = self._script.client.get(self._script.space.wipe)
        if mark is None or not self._my_turn():
            return
        self._script.client.bgrewriteaof()
        # Unless more was removed meanwhile: that is for the next time.
        self._script.release(self._script.space.wipe, mark)

    def _my_turn(self) -> bool:
        """Whether nobody else has had the file rewritten lately."""
        wiping = self._script.space.key("wiping")
        return bool(self._script.client.set(wiping, "1", nx=True, px=self._every_ms))


def rewrite(script: Script) -> None:
    """Have the append-only file rewritten now, in the background of Redis.

    Raises:
        RedisError: Redis does not do it.
    """
    try:
        script.client.bgrewriteaof()
    except ResponseError as error:
        # That one may have begun before the last removal, for which there is the mark.
        if "already in progress" not in str(error):
            raise
