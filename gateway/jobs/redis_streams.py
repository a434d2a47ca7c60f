"""Tasks that wait in Redis Streams, and the leases on them.

For each priority there is one stream for what is urgent, and one for parts. A consumer group
hands each task to one worker; its list of pending entries are the leases, and Redis' own clock
tells their age.
"""

from typing import Any

import redis
from redis.exceptions import ResponseError

from gateway.jobs.tasks import Lease, Task, task_from_json, task_to_json

_GROUP = "workers"

_LONG_AGO_MS = 24 * 3600 * 1000
"""Age of a lease that was given back; and after which a worker that was not heard of is gone."""

_LEFT = 1000
"""Leases that are over, as many as are counted: no more than workers that died or stopped."""


class Streams:
    """All tasks of one name."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def open(self, priority: int) -> None:
        """Make sure that tasks of a priority can wait."""
        for urgent in (True, False):
            stream = self._stream(priority, urgent=urgent)
            try:
                self._client.xgroup_create(stream, _GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise
            self._client.zadd(self._known, {stream: 2 * priority + urgent})
            self._bury(stream)

    def put(self, pipe: Any, task: Task, priority: int) -> None:
        """Let a task wait, as part of a transaction."""
        stream = self._stream(priority, urgent=task.urgent)
        pipe.xadd(stream, {"task": task_to_json(task)})

    def drop(self, pipe: Any, lease: Lease) -> None:
        """Remove a task, as part of a transaction."""
        stream, entry = lease.token.split()
        pipe.xack(stream, _GROUP, entry)
        pipe.xdel(stream, entry)

    def take(self, worker: str, lease_s: float) -> Lease | None:
        """Lease the next task."""
        streams: Any = self._client.zrevrange(self._known, 0, -1)
        for name in streams:
            stream = name.decode()
            left = self._left(stream, worker, round(lease_s * 1000))
            if lease := left or self._fresh(stream, worker):
                return lease
        return None

    def waiting(self, lease_s: float) -> int:
        """Count what `take` would lease, at one moment: three questions for each stream."""
        streams: Any = self._client.zrange(self._known, 0, -1)
        with self._client.pipeline() as made:
            pipe: Any = made
            for stream in streams:
                pipe.xlen(stream)
                pipe.xpending(stream, _GROUP)
                pipe.xpending_range(stream, _GROUP, "-", "+", _LEFT, idle=round(lease_s * 1000))
            told = pipe.execute()
        counts = zip(told[::3], told[1::3], told[2::3], strict=True)
        return sum(all_ - leased["pending"] + len(left) for all_, leased, left in counts)

    def renew(self, lease: Lease) -> bool:
        """Let a lease begin anew, if it is still this worker's."""
        return self._age(lease, 0)

    def give_back(self, lease: Lease) -> None:
        """Let a lease be over, if it is still this worker's."""
        self._age(lease, _LONG_AGO_MS)

    def _bury(self, stream: str) -> None:
        """Forget workers that have no task of a stream, and have not asked for one for a day."""
        consumers: Any = self._client.xinfo_consumers(stream, _GROUP)
        for each in consumers:
            if each["pending"] == 0 and each["idle"] > _LONG_AGO_MS:
                self._client.xgroup_delconsumer(stream, _GROUP, each["name"])

    @property
    def _known(self) -> str:
        return f"{self._prefix}:streams"

    def _stream(self, priority: int, *, urgent: bool) -> str:
        return f"{self._prefix}:tasks:{priority}:{'urgent' if urgent else 'parts'}"

    def _left(self, stream: str, worker: str, lease_ms: int) -> Lease | None:
        """A task whose lease is over."""
        while True:
            old: Any = self._client.xpending_range(stream, _GROUP, "-", "+", 1, idle=lease_ms)
            if not old:
                return None
            entry = old[0]["message_id"]
            taken: Any = self._client.xclaim(stream, _GROUP, worker, lease_ms, [entry])
            if taken:
                [(_, fields)] = taken
                return _lease(stream, entry, fields, worker, old[0]["times_delivered"] + 1)

    def _fresh(self, stream: str, worker: str) -> Lease | None:
        """A task that nobody has had yet."""
        read: Any = self._client.xreadgroup(_GROUP, worker, {stream: ">"}, count=1)
        if not read:
            return None
        [(_, [(entry, fields)])] = read
        return _lease(stream, entry, fields, worker, 1)

    def _age(self, lease: Lease, idle_ms: int) -> bool:
        stream, entry = lease.token.split()
        held: Any = self._client.xpending_range(stream, _GROUP, entry, entry, 1, lease.worker)
        if not held or held[0]["times_delivered"] != lease.attempt:
            return False
        mine: Any = self._client.xclaim(
            stream, _GROUP, lease.worker, 0, [entry], idle=idle_ms, justid=True
        )
        return bool(mine)


def _lease(stream: str, entry: bytes, fields: Any, worker: str, attempt: int) -> Lease:
    return Lease(
        task=task_from_json(fields[b"task"]),
        worker=worker,
        attempt=attempt,
        token=f"{stream} {entry.decode()}",
    )
