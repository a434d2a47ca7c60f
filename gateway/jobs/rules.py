"""What may become of a job: from its progress to the next, pure and at once.

A store applies a rule in one transaction. Each may be applied again by a worker that did not
hear of its success, or that took too long while another one was faster: then nothing changes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.jobs.job import Progress, State
from gateway.jobs.tasks import Kind, Span, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a store does at once."""

    progress: Progress
    tasks: Sequence[Task] = ()
    """New ones."""

    result: bytes | None = None
    """What the task that is done has found."""

    forget: bool = False
    """Whether all tasks and all that they found are removed: they hold vectors of people."""


Rule = Callable[[Progress, bool], Change]
"""Takes how far a job has come, and whether the result of the task in hand is kept already."""


def began(progress: Progress, _: bool) -> Change:  # see `Rule`
    """A worker has taken a part of it."""
    if progress.state is not State.QUEUED:
        return Change(progress=progress)
    return Change(progress=replace(progress, state=State.RUNNING))


def planned(job_id: str, spans: Sequence[Span], *, total: int) -> Rule:
    """Its frames are counted, and cut into parts."""

    def rule(progress: Progress, _: bool) -> Change:
        if progress.state.ended or progress.parts:
            return Change(progress=progress)
        tasks = [
            Task(job_id=job_id, number=number, kind=Kind.PART, span=span)
            for number, span in enumerate(spans, start=1)
        ]
        after = replace(progress, state=State.RUNNING, total=total, parts=len(tasks))
        return Change(progress=after, tasks=tasks)

    return rule


def done(job_id: str, found: bytes, *, frames: int, broken: int) -> Rule:
    """One part is judged. The last one lets the job be closed."""

    def rule(progress: Progress, known: bool) -> Change:
        if known or progress.state is not State.RUNNING or progress.closing:
            return Change(progress=progress)
        after = replace(
            progress,
            done=progress.done + frames,
            broken=progress.broken + broken,
            parts_done=progress.parts_done + 1,
        )
        if after.parts_done < after.parts:
            return Change(progress=after, result=found)
        closed, tasks = _closing(job_id, after)
        return Change(progress=closed, tasks=tasks, result=found)

    return rule


def cancelled(job_id: str, now: datetime) -> Rule:
    """Somebody wants it to stop. What was found is written; without any, it ends at once."""

    def rule(progress: Progress, _: bool) -> Change:
        if progress.state.ended or progress.state is State.CANCELLING:
            return Change(progress=progress)
        if not progress.parts:
            after = replace(progress, state=State.CANCELLED, end_time=now)
            return Change(progress=after, forget=True)
        stopping = replace(progress, state=State.CANCELLING)
        if progress.closing:
            return Change(progress=stopping)
        closed, tasks = _closing(job_id, stopping)
        return Change(progress=closed, tasks=tasks)

    return rule


def closed(result: str, *, tracks: int, head: str, now: datetime) -> Rule:
    """What was found is written, and on record up to a head."""

    def rule(progress: Progress, _: bool) -> Change:
        if progress.state.ended:
            return Change(progress=progress, forget=True)
        stopped = progress.state is State.CANCELLING
        state = State.CANCELLED if stopped else State.SUCCEEDED
        after = replace(
            progress, state=state, result=result, tracks=tracks, head=head, end_time=now
        )
        return Change(progress=after, forget=True)

    return rule


def failed(reason: str, message: str, now: datetime) -> Rule:
    """It cannot be done."""

    def rule(progress: Progress, _: bool) -> Change:
        if progress.state.ended:
            return Change(progress=progress, forget=True)
        after = replace(
            progress,
            state=State.FAILED,
            failure_reason=reason,
            failure_message=message,
            end_time=now,
        )
        return Change(progress=after, forget=True)

    return rule


def wanted(task: Task, progress: Progress) -> bool:
    """Whether a task is still to be done."""
    if progress.state.ended:
        return False
    return task.kind is Kind.CLOSE or not (progress.closing or progress.state is State.CANCELLING)


def _closing(job_id: str, progress: Progress) -> tuple[Progress, list[Task]]:
    last = Task(job_id=job_id, number=progress.parts + 1, kind=Kind.CLOSE)
    return replace(progress, closing=True), [last]
