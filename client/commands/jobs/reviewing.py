"""Handing tracks of a job to reviewers."""

import click

from client.commands.options import talks
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface


@click.command()
@click.argument("job_id", metavar="JOB")
@click.option("--operator", "operator_id", required=True, help="Who chooses; may not review.")
@click.option("--top", type=click.IntRange(1, 1000), help="The so many highest-ranked hits.")
@click.option(
    "--track",
    "ranks",
    type=click.IntRange(1),
    multiple=True,
    metavar="RANK",
    help="A track, by its rank in tracks.json; may be repeated.",
)
@talks
def review(
    mesh: Sureface,
    console: Console,
    *,
    job_id: str,
    operator_id: str,
    top: int | None,
    ranks: tuple[int, ...],
) -> Exit:
    """Turn tracks of JOB into review items: chosen ones, or the highest-ranked.

    A track that has an item keeps it.
    """
    if bool(top) == bool(ranks):
        raise click.UsageError("need either --top or --track")
    found = mesh.open_job_reviews(job_id=job_id, operator_id=operator_id, top=top or 0, ranks=ranks)
    if console.as_json:
        console.answer(found)
    elif not found:
        console.say("no hits to review")
    else:
        console.table(
            ["review", "track ", "state", "needed "],
            [
                [
                    item.review_id,
                    str(item.track_rank),
                    item.state.value,
                    str(item.needed_reviewer_count),
                ]
                for item in found
            ],
        )
        console.say("next: sureface reviews open")
    return Exit.OK
