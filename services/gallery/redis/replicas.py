"""Redis' own replicas: how many must have a write before it is acknowledged."""

import redis
from redis.exceptions import RedisError

from services.gallery.redis.space import Space


class TooFewError(RedisError):
    """Fewer replicas than wanted have acknowledged in time."""


class Replicas:
    """Waits for replicas."""

    def __init__(self, client: redis.Redis, space: Space, *, count: int, timeout_s: float) -> None:
        self._client = client
        self._beacon = space.key("beacon")
        self._count = count
        self._timeout_ms = round(timeout_s * 1000)

    def wait(self) -> None:
        """Wait until enough replicas have everything that is written by now.

        WAIT is about the writes of its own connection, and an answer that is recalled was
        written by another one. A write in front of it makes it wait for all before.

        Raises:
            TooFewError: They have not, yet.
        """
        if self._count == 0:
            return
        pipeline = self._client.pipeline(transaction=False)
        pipeline.set(self._beacon, "")
        pipeline.wait(self._count, self._timeout_ms)
        [_, reached] = pipeline.execute()
        if reached < self._count:
            raise TooFewError(f"{reached} of {self._count} replicas have acknowledged")
