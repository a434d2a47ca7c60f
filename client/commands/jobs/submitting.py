"""Handing in a job."""

import click

from client.commands.jobs.watching import followed, show
from client.commands.options import collection, scene, talks
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@scene("search_prefilter")
@collection
@click.option("--case", "case_id", required=True, help="The case this belongs to.")
@click.option("--purpose", required=True, help="Why the search is lawful.")
@click.option("--operator", "operator_id", required=True, help="Who asks; may not review.")
@click.option(
    "--priority",
    type=click.IntRange(-100, 100),
    default=0,
    show_default=True,
    help="Higher goes first.",
)
@click.option(
    "--review",
    "review_count",
    type=click.IntRange(0, 1000),
    default=0,
    show_default=True,
    help="So many of the highest-ranked hits become review items once the job has ended.",
)
@click.option("--request", "request_id", help="A UUID: the same one again is the same job.")
@click.option("--wait", is_flag=True, help="Follow it until it has ended.")
@talks
def submit(
    mesh: Sureface,
    console: Console,
    *,
    paths: tuple[str, ...],
    scene: str,
    collection_id: str,
    case_id: str,
    purpose: str,
    operator_id: str,
    priority: int,
    review_count: int,
    request_id: str | None,
    wait: bool,
) -> Exit:
    """Queue videos, pictures, and folders of them to be searched.

    Each PATH is one of the gateway's media folder: absolute, or relative to it.
    """
    job = mesh.submit_job(
        scene=scene,
        collection_id=collection_id,
        case_id=case_id,
        purpose=purpose,
        operator_id=operator_id,
        paths=paths,
        priority=priority,
        review_count=review_count,
        request_id=request_id,
    )
    if wait:
        return followed(console, mesh.watch_job(job_id=job.job_id))
    if console.as_json:
        console.answer(job)
    else:
        show(console, job)
    return Exit.OK
