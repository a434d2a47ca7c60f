"""Jobs in one SQLite file, which gateway and workers of one machine share."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from typing_extensions import override

from faces.errors import JobNotFound
from faces.paging import Page, page
from gateway.jobs.erasures import Erasure, Numbered, erasure_from_json, erasure_to_json
from gateway.jobs.job import Job, Order, Progress, State
from gateway.jobs.job_json import (
    order_from_json,
    order_to_json,
    progress_from_json,
    progress_to_json,
)
from gateway.jobs.rules import Rule, wanted
from gateway.jobs.sqlite_file import connection, transaction
from gateway.jobs.store import Adapter
from gateway.jobs.tasks import Lease, Task, task_from_json, task_to_json

_NEXT = (
    "SELECT job.position, job.progress, task.number, task.body, task.attempts FROM task"
    " JOIN job ON job.position = task.job WHERE task.heard_us <= ?"
    " ORDER BY job.priority DESC, task.urgent DESC, job.position, task.number LIMIT 1"
)


class SqliteJobs(Adapter):
    """Implements `Adapter`; transactions are begun and ended by hand."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @override
    def add(self, order: Order, task: Task) -> Job:
        with transaction(self._db) as db:
            known = self._found(order.job_id)
            if known:
                return known
            progress = Progress()
            cursor = db.execute(
                "INSERT INTO job (job_id, case_id, priority, wanted, state, progress)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    order.job_id,
                    order.case.case_id,
                    order.priority,
                    order_to_json(order),
                    progress.state.value,
                    progress_to_json(progress),
                ),
            )
            self._put(cursor.lastrowid or 0, task)
            return Job(order, progress)

    @override
    def get(self, job_id: str) -> Job | None:
        with transaction(self._db):
            return self._found(job_id)

    @override
    def page(self, *, case_id: str, state: State | None, after: str, size: int) -> Page[Job]:
        query = (
            "SELECT position, wanted, progress FROM job WHERE position > ?"
            " AND (? = '' OR case_id = ?) AND (? = '' OR state = ?) ORDER BY position LIMIT ?"
        )
        name = state.value if state else ""
        values = (int(after or 0), case_id, case_id, name, name, size + 1)
        with transaction(self._db) as db:
            rows = db.execute(query, values).fetchall()
        cut = page(rows, size, key=lambda row: str(row[0]))
        return Page([_job(row[1], row[2]) for row in cut.items], cut.next_token)

    @override
    def claim(self, worker: str, lease_s: float) -> tuple[Lease, Progress] | None:
        with transaction(self._db) as db:
            while row := db.execute(_NEXT, (_now_us() - round(lease_s * 1e6),)).fetchone():
                job, text, number, body, attempts = row
                task, progress = task_from_json(body), progress_from_json(text)
                if wanted(task, progress):
                    db.execute(
                        "UPDATE task SET worker = ?, heard_us = ?, attempts = attempts + 1"
                        " WHERE job = ? AND number = ?",
                        (worker, _now_us(), job, number),
                    )
                    return Lease(task=task, worker=worker, attempt=attempts + 1), progress
                db.execute("DELETE FROM task WHERE job = ? AND number = ?", (job, number))
        return None

    @override
    def extend(self, lease: Lease) -> bool:
        with transaction(self._db):
            job = self._found(lease.task.job_id)
            if job is None or not wanted(lease.task, job.progress):
                return False
            return self._heard(lease, _now_us())

    @override
    def give_back(self, lease: Lease) -> None:
        with transaction(self._db):
            self._heard(lease, 0)

    @override
    def waiting(self, lease_s: float) -> int:
        # Tasks that are done are gone. An index would make this quicker, and each claim slower.
        query = "SELECT COUNT(*) FROM task WHERE heard_us <= ?"
        with transaction(self._db) as db:
            row = db.execute(query, (_now_us() - round(lease_s * 1e6),)).fetchone()
        return int(row[0])

    @override
    def change(self, job_id: str, rule: Rule, lease: Lease | None = None) -> Progress:
        with transaction(self._db) as db:
            row = db.execute(
                "SELECT position, progress FROM job WHERE job_id = ?", (job_id,)
            ).fetchone()
            if row is None:
                raise JobNotFound(job_id=job_id)
            job, before = row[0], progress_from_json(row[1])
            number = lease.task.number if lease else -1
            kept = "SELECT 1 FROM result WHERE job = ? AND number = ?"
            change = rule(before, db.execute(kept, (job, number)).fetchone() is not None)
            after = change.progress
            db.execute(
                "UPDATE job SET state = ?, progress = ? WHERE position = ?",
                (after.state.value, progress_to_json(after), job),
            )
            db.execute("DELETE FROM task WHERE job = ? AND number = ?", (job, number))
            for task in change.tasks:
                self._put(job, task)
            if change.result is not None:
                db.execute("INSERT INTO result VALUES (?, ?, ?)", (job, number, change.result))
            if change.forget:
                db.execute("DELETE FROM task WHERE job = ?", (job,))
                db.execute("DELETE FROM result WHERE job = ?", (job,))
            return after

    @override
    def result(self, job_id: str, number: int) -> bytes | None:
        query = (
            "SELECT found FROM result WHERE number = ?"
            " AND job = (SELECT position FROM job WHERE job_id = ?)"
        )
        with transaction(self._db) as db:
            row = db.execute(query, (number, job_id)).fetchone()
        return bytes(row[0]) if row else None

    @override
    def add_erasure(self, erasure: Erasure) -> int:
        row = (erasure.erasure_id, erasure_to_json(erasure))
        with transaction(self._db) as db:
            db.execute("INSERT OR IGNORE INTO erasure (erasure_id, body) VALUES (?, ?)", row)
            query = "SELECT position FROM erasure WHERE erasure_id = ?"
            position: int = db.execute(query, row[:1]).fetchone()[0]
        return position

    @override
    def change_erasure(self, erasure: Erasure) -> None:
        row = (erasure_to_json(erasure), erasure.erasure_id)
        with transaction(self._db) as db:
            db.execute("UPDATE erasure SET body = ? WHERE erasure_id = ?", row)

    @override
    def erasures(self, after: int) -> Sequence[Numbered]:
        query = "SELECT position, body FROM erasure WHERE position > ? ORDER BY position LIMIT 100"
        with transaction(self._db) as db:
            rows = db.execute(query, (after,)).fetchall()
        return [Numbered(position, erasure_from_json(body)) for position, body in rows]

    def _found(self, job_id: str) -> Job | None:
        query = "SELECT wanted, progress FROM job WHERE job_id = ?"
        row = self._db.execute(query, (job_id,)).fetchone()
        return _job(*row) if row else None

    def _put(self, job: int, task: Task) -> None:
        self._db.execute(
            "INSERT INTO task (job, number, urgent, body) VALUES (?, ?, ?, ?)",
            (job, task.number, task.urgent, task_to_json(task)),
        )

    def _heard(self, lease: Lease, heard_us: int) -> bool:
        """Say when a worker was heard of last, if the task is still its own."""
        cursor = self._db.execute(
            "UPDATE task SET heard_us = ? WHERE number = ? AND worker = ? AND attempts = ?"
            " AND job = (SELECT position FROM job WHERE job_id = ?)",
            (heard_us, lease.task.number, lease.worker, lease.attempt, lease.task.job_id),
        )
        return cursor.rowcount == 1


@contextlib.contextmanager
def sqlite_jobs(path: Path) -> Iterator[SqliteJobs]:
    """Open the file while the block runs; it is made if it is not there.

    Raises:
        ConfigError: It cannot be opened.
    """
    with connection(path) as db:
        yield SqliteJobs(db)


def _job(order: str, progress: str) -> Job:
    return Job(order_from_json(order), progress_from_json(progress))


def _now_us() -> int:
    return time.time_ns() // 1000
