"""Commands for hits that people have to judge."""

import click

from client.commands.groups import Defaulting
from client.commands.options import talks
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface
from client.types import Judgement, Review, ReviewState

STATES = [state.value for state in ReviewState if state is not ReviewState.OTHER]


@click.group(cls=Defaulting)
def reviews() -> None:
    """List review items and judge them. Without a command: list."""


@reviews.command("list")
@click.option("--case", "case_id", default="", help="Only items of this case.")
@click.option("--state", type=click.Choice(STATES), help="Only items in this state.")
@talks
def list_(mesh: Sureface, console: Console, *, case_id: str, state: str | None) -> Exit:
    """List items, the oldest first."""
    wanted = ReviewState(state) if state else None
    found = list(mesh.list_reviews(case_id=case_id, state=wanted))
    if console.as_json:
        console.answer(found)
    elif not found:
        console.say("nothing to review")
    else:
        _table(console, found)
    return Exit.OK


@reviews.command()
@click.argument("review_id", metavar="REVIEW")
@click.option("--reviewer", "reviewer_id", required=True, help="Who judges.")
@click.option(
    "--judgement",
    type=click.Choice([judgement.value for judgement in Judgement]),
    required=True,
    help="What the reviewer sees.",
)
@click.option("--person", "person_id", default="", help="Which candidate the probe shows, if any.")
@click.option("--ground", "grounds", multiple=True, help="What it rests on; may be repeated.")
@talks
def submit(
    mesh: Sureface,
    console: Console,
    *,
    review_id: str,
    reviewer_id: str,
    judgement: str,
    person_id: str,
    grounds: tuple[str, ...],
) -> Exit:
    """Record one person's judgement of REVIEW."""
    item = mesh.submit_review(
        review_id=review_id,
        reviewer_id=reviewer_id,
        judgement=Judgement(judgement),
        person_id=person_id,
        grounds=grounds,
    )
    if console.as_json:
        console.answer(item)
    console.say(f"recorded; {item.review_id} is {item.state.value}, judged by {_judged(item)}")
    return Exit.OK


def _judged(item: Review) -> str:
    return f"{item.judged_reviewer_count} of {item.needed_reviewer_count}"


def _table(console: Console, found: list[Review]) -> None:
    console.table(
        ["review", "state", "judged", "case", "collection", "most similar", "since"],
        [
            [
                item.review_id,
                item.state.value,
                _judged(item),
                item.case_id,
                item.collection_id,
                f"{item.candidates[0].person_id} {item.candidates[0].similarity:.3f}"
                if item.candidates
                else "",
                f"{item.create_time:%Y-%m-%d %H:%M}",
            ]
            for item in found
        ],
    )
