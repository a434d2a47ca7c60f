"""The parts of a job that a worker takes on, one at a time."""

import json
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What is to be done."""

    PLAN = "plan"
    """Count the frames of all files, and cut them into parts."""

    PART = "part"
    """Judge the frames of one part."""

    CLOSE = "close"
    """Make tracks of all that was found, rank them, write them."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some frames of a job."""

    source: int
    """Number of the file; of a part of pictures, of the first one."""

    start: int
    stop: int
    """Half-open. Of a video, its packets by number; of pictures, counted from `source`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One part of a job."""

    job_id: str
    number: int
    """Unique in its job: 0 is the plan, 1 and so on are its parts, the last one closes it."""

    kind: Kind
    span: Span | None = None
    """Of a part."""

    @property
    def urgent(self) -> bool:
        """Whether it goes before the parts of all jobs of its priority: it is what they wait for,
        or what people do.
        """
        return self.kind is not Kind.PART


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A task that one worker has, until it is done or was not heard of for too long."""

    task: Task
    worker: str
    attempt: int
    """1 for the first worker that has it."""

    token: str = ""
    """By what the store knows it."""


def task_to_json(task: Task) -> str:
    """A task as stores keep it."""
    span = [task.span.source, task.span.start, task.span.stop] if task.span else None
    return json.dumps(
        {"job_id": task.job_id, "number": task.number, "kind": task.kind.value, "span": span}
    )


def task_from_json(text: str | bytes) -> Task:
    """What `task_to_json` wrote."""
    document = json.loads(text)
    return Task(
        job_id=document["job_id"],
        number=document["number"],
        kind=Kind(document["kind"]),
        span=Span(*document["span"]) if document["span"] else None,
    )
