"""Listing jobs, and stopping one."""

import click

from client.commands.jobs.watching import progress, show
from client.commands.options import talks
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface
from client.types import JobState

STATES = [state.value for state in JobState if state is not JobState.OTHER]


@click.command("list")
@click.option("--case", "case_id", default="", help="Only jobs of this case.")
@click.option("--state", type=click.Choice(STATES), help="Only jobs in this state.")
@talks
def list_(mesh: Sureface, console: Console, *, case_id: str, state: str | None) -> Exit:
    """List jobs, the oldest first."""
    found = list(mesh.list_jobs(case_id=case_id, state=JobState(state) if state else None))
    if console.as_json:
        console.answer(found)
    elif not found:
        console.say("no jobs")
    else:
        console.table(
            ["job", "state", "frames ", "tracks ", "case", "collection", "since (UTC)"],
            [
                [
                    job.job_id,
                    job.state.value,
                    progress(job),
                    str(job.track_count),
                    job.case_id,
                    job.collection_id,
                    f"{job.create_time:%Y-%m-%d %H:%M}",
                ]
                for job in found
            ],
        )
    return Exit.OK


@click.command()
@click.argument("job_id", metavar="JOB")
@talks
def cancel(mesh: Sureface, console: Console, *, job_id: str) -> Exit:
    """Stop JOB; what it found so far stays."""
    job = mesh.cancel_job(job_id=job_id)
    if console.as_json:
        console.answer(job)
    else:
        show(console, job)
    return Exit.OK
