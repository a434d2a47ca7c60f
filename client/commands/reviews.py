"""Commands for hits that people have to judge."""

from collections.abc import Iterable
from pathlib import Path

import click

from client import render
from client.commands.groups import Defaulting
from client.commands.options import talks
from client.commands.pictures import INTO, write_picture
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface
from client.types import Feature, FeatureFinding, Finding, Judgement, Review, ReviewState

STATES = [state.value for state in ReviewState if state is not ReviewState.OTHER]
FEATURES = ", ".join(feature.value for feature in Feature)
FINDINGS = ", ".join(finding.value for finding in Finding)

reviewer = click.option("--reviewer", "reviewer_id", required=True, help="Who looks or judges.")


@click.group(cls=Defaulting)
def reviews() -> None:
    """List review items, look at them and judge them. Without a command: list.

    A reviewer goes in this order: open, candidates, submit.
    """


@reviews.command("list")
@click.option("--case", "case_id", default="", help="Only items of this case.")
@click.option("--camera", "camera_id", default="", help="Only hits of this camera.")
@click.option("--state", type=click.Choice(STATES), help="Only items in this state.")
@talks
def list_(
    mesh: Sureface, console: Console, *, case_id: str, camera_id: str, state: str | None
) -> Exit:
    """List items, the oldest first."""
    wanted = ReviewState(state) if state else None
    found = list(mesh.list_reviews(case_id=case_id, camera_id=camera_id, state=wanted))
    if console.as_json:
        console.answer(found)
    elif not found:
        console.say("nothing to review")
    else:
        _table(console, found)
    return Exit.OK


@reviews.command("open")
@click.argument("review_id", metavar="REVIEW")
@reviewer
@click.option("--out", type=INTO, required=True, help="Where to write the picture, as it was sent.")
@talks
def open_(mesh: Sureface, console: Console, *, review_id: str, reviewer_id: str, out: Path) -> Exit:
    """Look at the raw picture of REVIEW. That you do is on record."""
    opened = mesh.open_review(review_id=review_id, reviewer_id=reviewer_id)
    write_picture(out, opened.probe)
    if console.as_json:
        console.answer(opened)
        return Exit.OK
    box = opened.box
    console.facts(
        [
            ("review", opened.review.review_id),
            ("picture", str(out)),
            ("sha256", opened.image_sha256),
            ("face", f"{box.x_min:.0f},{box.y_min:.0f} to {box.x_max:.0f},{box.y_max:.0f} px")
            if box
            else ("face", ""),
            ("quality", f"{opened.quality:.2f}"),
            ("covered", "" if opened.occlusion is None else f"{opened.occlusion:.0%}"),
            ("next", "sureface reviews candidates"),
        ]
    )
    return Exit.OK


@reviews.command()
@click.argument("review_id", metavar="REVIEW")
@reviewer
@click.option("--enhanced", type=INTO, help="Where to write what an enhancer made of the probe.")
@click.option("--reference", type=INTO, help="Where to write the photo that came with the probe.")
@talks
def candidates(
    mesh: Sureface,
    console: Console,
    *,
    review_id: str,
    reviewer_id: str,
    enhanced: Path | None,
    reference: Path | None,
) -> Exit:
    """Look at whom the probe of REVIEW resembles, after its raw picture."""
    shown = mesh.open_review_candidates(review_id=review_id, reviewer_id=reviewer_id)
    if enhanced and shown.enhanced:
        write_picture(enhanced, shown.enhanced.png)
    if reference and shown.reference:
        write_picture(reference, shown.reference)
    if console.as_json:
        console.answer(shown)
        return Exit.OK
    render.candidates(console, shown.review.candidates)
    for wanted, picture, name in (
        (enhanced, shown.enhanced, "enhanced"),
        (reference, shown.reference, "reference"),
    ):
        if wanted:
            console.say(f"{name}: {wanted}" if picture else f"{name}: there is none")
    console.say("a score is not proof: judge by the pictures")
    return Exit.OK


@reviews.command()
@click.argument("review_id", metavar="REVIEW")
@reviewer
@click.option(
    "--judgement",
    type=click.Choice([judgement.value for judgement in Judgement]),
    required=True,
    help="What the reviewer sees.",
)
@click.option("--person", "person_id", default="", help="Which candidate the probe shows, if any.")
@click.option(
    "--feature",
    "findings",
    multiple=True,
    required=True,
    metavar="FEATURE=FINDING",
    help=f"What it rests on; may be repeated. Features: {FEATURES}. Findings: {FINDINGS}.",
)
@click.option("--ground", "grounds", multiple=True, help="The same in words; may be repeated.")
@talks
def submit(
    mesh: Sureface,
    console: Console,
    *,
    review_id: str,
    reviewer_id: str,
    judgement: str,
    person_id: str,
    findings: tuple[str, ...],
    grounds: tuple[str, ...],
) -> Exit:
    """Record one person's judgement of REVIEW."""
    item = mesh.submit_review(
        review_id=review_id,
        reviewer_id=reviewer_id,
        judgement=Judgement(judgement),
        person_id=person_id,
        findings=_findings(findings),
        grounds=grounds,
    )
    if console.as_json:
        console.answer(item)
    console.say(f"recorded; {item.review_id} is {_told(item)}")
    return Exit.OK


def _findings(given: Iterable[str]) -> list[FeatureFinding]:
    try:
        return [
            FeatureFinding(Feature(feature), Finding(finding))
            for feature, _, finding in (text.partition("=") for text in given)
        ]
    except ValueError as error:
        raise click.UsageError(f"--feature takes FEATURE=FINDING: {error}") from None


def _told(item: Review) -> str:
    if item.state is ReviewState.OPEN:
        return "open: it waits until all have judged who are needed"
    if item.state is ReviewState.ESCALATED:
        return "escalated: the reviewers do not agree, one more person has to judge"
    said = f": reviewers see {item.confirmed_person_id}" if item.confirmed_person_id else ""
    return f"{item.state.value}{said}"


def _table(console: Console, found: list[Review]) -> None:
    console.table(
        [
            "review",
            "state",
            "needed ",
            "scene",
            "case",
            "camera",
            "collection",
            "resembles",
            "since",
        ],
        [
            [
                item.review_id,
                item.state.value,
                str(item.needed_reviewer_count),
                item.scene,
                item.case_id,
                item.camera_id,
                item.collection_id,
                item.confirmed_person_id,
                f"{item.create_time:%Y-%m-%d %H:%M}",
            ]
            for item in found
        ],
    )
