"""Jobs in Redis, which gateways and workers of many machines share.

Tasks wait in Streams (`redis_streams`). How far a job has come is one key, which every change
watches: what a change does becomes true together, or not at all.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import RedisError, WatchError
from typing_extensions import override

from faces.errors import JobNotFound, StoreUnavailable
from faces.paging import Page, page
from gateway.jobs.erasures import Erasure, Numbered
from gateway.jobs.job import Job, Order, Progress, State
from gateway.jobs.job_json import (
    order_from_json,
    order_to_json,
    progress_from_json,
    progress_to_json,
)
from gateway.jobs.redis_erasures import Erasures
from gateway.jobs.redis_streams import Streams
from gateway.jobs.rules import Rule, wanted
from gateway.jobs.store import Adapter
from gateway.jobs.tasks import Lease, Task
from meshkit.redis_server import failing_as_config, writer

TIMEOUT_S = 5.0
"""How long Redis may take for one answer."""

_LOOKED_AT = 200
"""Jobs of a list that are looked at in one go."""


class RedisJobs(Adapter):
    """Implements `Adapter` beside any number of others."""

    def __init__(self, client: redis.Redis, name: str = "default") -> None:
        """Take a client that may write.

        Args:
            client: Of a server that loses nothing that it has acknowledged.
            name: Jobs of one name belong together.
        """
        self._client = client
        self._prefix = f"{{sureface:jobs:{name}}}"
        self._streams = Streams(client, self._prefix)
        self._erasures = Erasures(client, self._prefix)

    @override
    def add(self, order: Order, task: Task) -> Job:
        with _failing():
            known = self._found(order.job_id)
            if known:
                return known
            self._streams.open(order.priority)
            position, progress = self._client.incr(self._key("position")), Progress()
            with self._client.pipeline() as made:
                pipe: Any = made
                pipe.watch(self._progress(order.job_id))
                if pipe.exists(self._progress(order.job_id)):
                    return self._found(order.job_id) or Job(order, progress)
                pipe.multi()
                facts = {"order": order_to_json(order), "priority": order.priority}
                pipe.hset(self._job(order.job_id), mapping=facts)
                pipe.set(self._progress(order.job_id), progress_to_json(progress))
                for ids in (self._ids(""), self._ids(order.case.case_id)):
                    pipe.zadd(ids, {order.job_id: position})
                self._streams.put(pipe, task, order.priority)
                pipe.execute()
            return Job(order, progress)

    @override
    def get(self, job_id: str) -> Job | None:
        with _failing():
            return self._found(job_id)

    @override
    def page(self, *, case_id: str, state: State | None, after: str, size: int) -> Page[Job]:
        with _failing():
            found: list[tuple[int, Job]] = []
            last = int(after or 0)
            while len(found) <= size:
                ids: Any = self._client.zrangebyscore(
                    self._ids(case_id), f"({last}", "+inf", 0, _LOOKED_AT, withscores=True
                )
                if not ids:
                    break
                jobs = ((int(score), self._found(name.decode())) for name, score in ids)
                found += [
                    (score, job)
                    for score, job in jobs
                    if job and state in {None, job.progress.state}
                ]
                last = int(ids[-1][1])
        cut = page(found[: size + 1], size, key=lambda each: str(each[0]))
        return Page([job for _, job in cut.items], cut.next_token)

    @override
    def claim(self, worker: str, lease_s: float) -> tuple[Lease, Progress] | None:
        with _failing():
            while lease := self._streams.take(worker, lease_s):
                progress = self._progress_of(lease.task.job_id)
                if progress and wanted(lease.task, progress):
                    return lease, progress
                with self._client.pipeline() as pipe:  # half of it would count as waiting for ever
                    self._streams.drop(pipe, lease)
                    pipe.execute()
        return None

    @override
    def extend(self, lease: Lease) -> bool:
        with _failing():
            progress = self._progress_of(lease.task.job_id)
            if progress is None or not wanted(lease.task, progress):
                return False
            return self._streams.renew(lease)

    @override
    def give_back(self, lease: Lease) -> None:
        with _failing():
            self._streams.give_back(lease)

    @override
    def waiting(self, lease_s: float) -> int:
        with _failing():
            return self._streams.waiting(lease_s)

    @override
    def change(self, job_id: str, rule: Rule, lease: Lease | None = None) -> Progress:
        with _failing(), self._client.pipeline() as pipe:
            while True:
                try:
                    return self._change(pipe, job_id, rule, lease)
                except WatchError:
                    continue  # another one was faster: look again

    @override
    def result(self, job_id: str, number: int) -> bytes | None:
        with _failing():
            found: Any = self._client.hget(self._results(job_id), str(number))
        return found if found is None else bytes(found)

    @override
    def add_erasure(self, erasure: Erasure) -> int:
        with _failing():
            return self._erasures.add(erasure)

    @override
    def change_erasure(self, erasure: Erasure) -> None:
        with _failing():
            self._erasures.change(erasure)

    @override
    def erasures(self, after: int) -> Sequence[Numbered]:
        with _failing():
            return self._erasures.behind(after)

    def _change(self, pipe: Any, job_id: str, rule: Rule, lease: Lease | None) -> Progress:
        pipe.watch(self._progress(job_id))
        text = pipe.get(self._progress(job_id))
        if text is None:
            raise JobNotFound(job_id=job_id)
        number = str(lease.task.number) if lease else ""
        priority = int(pipe.hget(self._job(job_id), "priority"))
        change = rule(progress_from_json(text), pipe.hexists(self._results(job_id), number))
        pipe.multi()
        pipe.set(self._progress(job_id), progress_to_json(change.progress))
        for task in change.tasks:
            self._streams.put(pipe, task, priority)
        if change.result is not None:
            pipe.hset(self._results(job_id), number, change.result)
        if change.forget:
            pipe.unlink(self._results(job_id))  # tasks that wait are removed when they are met
        if lease:
            self._streams.drop(pipe, lease)
        pipe.execute()
        return change.progress

    def _found(self, job_id: str) -> Job | None:
        progress = self._progress_of(job_id)
        order: Any = self._client.hget(self._job(job_id), "order")
        return Job(order_from_json(order), progress) if progress and order else None

    def _progress_of(self, job_id: str) -> Progress | None:
        text: Any = self._client.get(self._progress(job_id))
        return progress_from_json(text) if text else None

    def _key(self, name: str) -> str:
        return f"{self._prefix}:{name}"

    def _ids(self, case_id: str) -> str:
        """Jobs by their position: of a case, or all."""
        return self._key(f"case:{case_id}" if case_id else "ids")

    def _job(self, job_id: str) -> str:
        return self._key(f"job:{job_id}")

    def _progress(self, job_id: str) -> str:
        return self._key(f"progress:{job_id}")

    def _results(self, job_id: str) -> str:
        return self._key(f"results:{job_id}")


@contextlib.contextmanager
def redis_jobs(url: str, name: str = "default", *, tls: Path | None = None) -> Iterator[RedisJobs]:
    """Connect while the block runs.

    Raises:
        ConfigError: The server cannot be used, or may lose what it acknowledges.
    """
    with failing_as_config():
        client = writer(url, timeout_s=TIMEOUT_S, tls=tls)
        client.ping()
    with contextlib.closing(client):
        yield RedisJobs(client, name)


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise StoreUnavailable(store="job") from error
