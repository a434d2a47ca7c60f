"""Following a job: a bar on a terminal, lines elsewhere."""

import contextlib
import time
from collections.abc import Iterable

import click

from client.bulk.progress import bar
from client.commands.options import talks
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface
from client.types import Job, JobState


@click.command()
@click.argument("job_id", metavar="JOB")
@talks
def watch(mesh: Sureface, console: Console, *, job_id: str) -> Exit:
    """Follow JOB until it has ended, and tell how fast it went."""
    return followed(console, mesh.watch_job(job_id=job_id))


def followed(console: Console, states: Iterable[Job]) -> Exit:
    """Show a job as it goes on, then what it came to."""
    first: Job | None = None
    last: Job | None = None
    began_s = time.monotonic()
    with contextlib.ExitStack() as stack:
        tell = None
        for job in states:
            if not last or job.state is not last.state:
                console.say(f"{job.job_id} is {job.state.value}")
            if job.total_frame_count and not first:
                first, began_s = job, time.monotonic()
                total, done = job.total_frame_count, job.done_frame_count
                tell = stack.enter_context(bar(console, total, done, unit="frames", digits=1))
            if tell:
                tell(job.done_frame_count)
            last = job
    if last is None:
        return Exit.OK
    if console.as_json:
        console.answer(last)
    else:
        show(console, last, speed=_speed(first, last, time.monotonic() - began_s))
    return Exit.REFUSED if last.state is JobState.FAILED else Exit.OK


def show(console: Console, job: Job, *, speed: str = "") -> None:
    """Print one job."""
    broken = f", {job.broken_frame_count:,} of them broken" if job.broken_frame_count else ""
    console.facts(
        [
            ("job", job.job_id),
            ("state", job.state.value),
            ("why", job.failure_message),
            ("frames", f"{progress(job)}{broken}"),
            ("speed", speed),
            ("tracks", f"{job.track_count:,} to review" if job.result_path else ""),
            ("result", job.result_path),
            ("case", job.case_id),
            ("collection", job.collection_id),
            ("scene", f"{job.scene}, policy {job.policy_version}"),
        ]
    )


def progress(job: Job) -> str:
    """How many frames are done."""
    total = f"{job.total_frame_count:,}" if job.total_frame_count else "unknown"
    return f"{job.done_frame_count:,} of {total}"


def _speed(first: Job | None, last: Job, seconds: float) -> str:
    """Of the frames that were done while we watched."""
    frames = last.done_frame_count - first.done_frame_count if first else 0
    return f"{frames / seconds:,.1f} frames/s" if frames and seconds else ""
