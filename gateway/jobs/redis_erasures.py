"""Erasures in Redis: one hash by their ids, and a sorted set by their positions."""

from collections.abc import Sequence
from typing import Any

import redis

from gateway.jobs.erasures import Erasure, Numbered, erasure_from_json, erasure_to_json

_LOOKED_AT = 100
"""Erasures that are read in one go."""


class Erasures:
    """All erasures of one name."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._client = client
        self._bodies = f"{prefix}:erasures"
        self._positions = f"{prefix}:erasure_positions"
        self._last = f"{prefix}:erasure_last"

    def add(self, erasure: Erasure) -> int:
        """Keep one that is not there yet; its position."""
        with self._client.pipeline() as made:
            pipe: Any = made
            while True:
                try:
                    pipe.watch(self._positions, self._last)
                    return self._added(pipe, erasure)
                except redis.WatchError:
                    continue  # another one was faster: look again

    def change(self, erasure: Erasure) -> None:
        """Replace one, if it is there."""
        if self._client.hexists(self._bodies, erasure.erasure_id):
            self._client.hset(self._bodies, erasure.erasure_id, erasure_to_json(erasure))

    def behind(self, after: int) -> Sequence[Numbered]:
        """The next ones behind a position."""
        found: Any = self._client.zrangebyscore(
            self._positions, f"({after}", "+inf", 0, _LOOKED_AT, withscores=True
        )
        if not found:
            return []
        bodies: Any = self._client.hmget(self._bodies, [name for name, _ in found])
        return [
            Numbered(int(score), erasure_from_json(body))
            for (_, score), body in zip(found, bodies, strict=True)
        ]

    def _added(self, pipe: Any, erasure: Erasure) -> int:
        # Taken within the transaction: who reads up to a position misses none before it.
        known = pipe.zscore(self._positions, erasure.erasure_id)
        if known is not None:
            return int(known)
        position = int(pipe.get(self._last) or 0) + 1
        pipe.multi()
        pipe.set(self._last, position)
        pipe.hset(self._bodies, erasure.erasure_id, erasure_to_json(erasure))
        pipe.zadd(self._positions, {erasure.erasure_id: position})
        pipe.execute()
        return position
