"""Removing what was removed from Redis' files, too.

A removal deletes from memory at once, but the append-only file still holds the commands
that wrote the vector, until Redis rewrites it. So it is asked to, within seconds of a
removal, and at most once a minute, by whichever replica comes first: a mark that the
removal's own commit leaves says that there is something to wipe, and outlives us. It stays
until a rewrite that began after it has succeeded.

What this does not reach: RDB snapshots made before (`save ""` makes none), the files of
Redis replicas until they are rewritten there, backups, and free blocks of the disk.
"""

import contextlib
import logging
import time
from dataclasses import dataclass
from typing import Any

import redis
from redis.exceptions import NoPermissionError, ResponseError

from meshkit.config import ConfigError
from services.gallery.redis.script import Script

log = logging.getLogger(__name__)


class Wiper:
    """Has the append-only file rewritten after removals. Used by one thread."""

    def __init__(self, script: Script, *, every_s: float = 60.0, look_s: float = 1.0) -> None:
        """Prepare.

        Args:
            script: Whose gallery.
            every_s: Between two rewrites, whichever replica has them done.
            look_s: Between looks for the mark.
        """
        self._script = script
        self._every_ms = round(every_s * 1000)
        self._look_s = look_s
        self._next = 0.0
        self._asked: _Asked | None = None

    def tick(self) -> None:
        """Look for the mark, if it is time to, and do what it asks."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._look_s
        try:
            self._wipe()
        except ResponseError as error:
            # The removal is true and answered as such; only its traces remain for now.
            self._next = time.monotonic() + self._every_ms / 1000
            log.warning("removed data stays in Redis' file", extra={"cause": str(error)})

    def _wipe(self) -> None:
        mark: Any = self._script.client.get(self._script.space.wipe)
        if mark is None:
            self._asked = None
            return
        state = _state(self._script.client)
        if state.rewriting:
            return
        if self._asked:
            self._conclude(self._asked, state)
        elif self._my_turn():
            self._script.client.bgrewriteaof()
            self._asked = _Asked(state.run_id, mark)

    def _conclude(self, asked: "_Asked", state: "_State") -> None:
        """Take away the mark that a rewrite was for, if it has succeeded."""
        self._asked = None
        if state.run_id == asked.run_id and state.succeeded:
            # Unless more was removed meanwhile: that is for the next time.
            self._script.release(self._script.space.wipe, asked.mark)
        else:
            # The mark stays: whoever's turn is next tries again.
            log.warning("removed data stays in Redis' file", extra={"cause": "rewriting failed"})

    def _my_turn(self) -> bool:
        """Whether nobody else has had the file rewritten lately."""
        wiping = self._script.space.key("wiping")
        return bool(self._script.client.set(wiping, "1", nx=True, px=self._every_ms))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rewrite that Redis has promised."""

    run_id: str
    """Which process has: one that took its place may have forgotten."""

    mark: bytes
    """What it is for."""


@dataclass(frozen=True, slots=True)
class _State:
    """What Redis says of its file."""

    run_id: str
    rewriting: bool
    succeeded: bool
    """Whether the last rewrite has."""


def _state(client: redis.Redis) -> _State:
    server: Any = client.info("server")
    file: Any = client.info("persistence")
    return _State(
        run_id=str(server["run_id"]),
        rewriting=bool(file["aof_rewrite_in_progress"] or file["aof_rewrite_scheduled"]),
        succeeded=file["aof_last_bgrewrite_status"] == "ok",
    )


def require_permission(client: redis.Redis) -> None:
    """Find out now, and not at the first removal, that the user may not have this done.

    Raises:
        ConfigError: The user may not.
    """
    try:
        _state(client)
    except NoPermissionError:
        raise ConfigError("its user may not ask what it does: grant +info") from None
    one: Any = redis.Redis(connection_pool=client.connection_pool, single_connection_client=True)
    with contextlib.closing(one) as alone, contextlib.suppress(NoPermissionError):
        # What may be queued may be done. Who may not queue is not found out here.
        alone.execute_command("MULTI")
        try:
            alone.execute_command("BGREWRITEAOF")
        except NoPermissionError:
            grant = "its user may not have removed data wiped: grant +bgrewriteaof"
            raise ConfigError(grant) from None
        finally:
            alone.execute_command("DISCARD")


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
