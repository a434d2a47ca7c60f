"""The command that enrols folders of photos."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from client import render
from client.codec.wire import IMAGE_BYTES
from client.commands.options import FOLDER, scene, talks
from client.console import Console
from client.exits import Exit
from client.photos import PersonFolder, batches, people_in, photos_in
from client.sdk import Sureface
from client.types import Photo, PhotoOutcome, PhotoRefusal
from faces import fields
from faces.errors import CollectionExists, ImageBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What became of one photo of a folder."""

    person_id: str
    photo: Path
    outcome: PhotoOutcome


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--collection", "collection_id", required=True, help="Where to enrol.")
@click.option("--person", "person_id", help="FOLDER holds photos of this one person.")
@click.option("--create", is_flag=True, help="Create the collection if it is not there.")
@scene(default="access_control")
@talks
def enroll(
    mesh: Sureface,
    console: Console,
    *,
    folder: Path,
    collection_id: str,
    person_id: str | None,
    create: bool,
    scene: str,
) -> Exit:
    """Enrol the photos of FOLDER: a folder for each person, named by their identifier.

    Leaves with 4 if somebody ends up without a single good photo.
    """
    alone = [PersonFolder(person_id, photos_in(folder))] if person_id else None
    people = alone or people_in(folder)
    if not any(person.photos for person in people):
        raise click.UsageError(f"{folder} holds no photos; see `sureface enroll --help`")
    for person in people:
        # Before anything is written: a name that is refused halfway leaves half a crowd.
        fields.person_id(person.person_id)
    if create:
        _create(mesh, collection_id)
    results = list(_enroll(mesh, console, people, scene=scene, collection_id=collection_id))
    if console.as_json:
        console.answer(results)
    else:
        _report(console, people, results)
    good = {result.person_id for result in results if result.outcome.enrolled}
    return Exit.OK if len(good) == len(people) else Exit.UNUSABLE


def _create(mesh: Sureface, collection_id: str) -> None:
    try:
        mesh.create_collection(collection_id=collection_id)
    except CollectionExists:
        return


def _enroll(
    mesh: Sureface,
    console: Console,
    people: Sequence[PersonFolder],
    *,
    scene: str,
    collection_id: str,
) -> Iterator[Enrolled]:
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn())
    hidden = console.as_json or not console.err.is_terminal
    with Progress(
        *columns, TimeRemainingColumn(), console=console.err, transient=True, disable=hidden
    ) as progress:
        task = progress.add_task("", total=sum(len(person.photos) for person in people))
        for person in people:
            progress.update(task, description=person.person_id[:24])
            small = [p for p in person.photos if p.stat().st_size <= IMAGE_BYTES]
            for photo in [p for p in person.photos if p not in small]:
                yield Enrolled(person_id=person.person_id, photo=photo, outcome=_too_large(photo))
                progress.advance(task)
            for batch in batches(small):
                answer = mesh.enroll_person(
                    scene=scene,
                    collection_id=collection_id,
                    person_id=person.person_id,
                    photos=[Photo(photo, source_id=photo.name[:256]) for photo in batch],
                )
                for photo, outcome in zip(batch, answer.outcomes, strict=True):
                    yield Enrolled(person_id=person.person_id, photo=photo, outcome=outcome)
                progress.advance(task, len(batch))


def _too_large(photo: Path) -> PhotoOutcome:
    """What the mesh would say of a file that is not worth its journey."""
    error = ImageBytes(actual_bytes=photo.stat().st_size, limit_bytes=IMAGE_BYTES)
    return PhotoOutcome(
        enrolled=False,
        template_id="",
        refusal=PhotoRefusal.IMAGE,
        rule=None,
        error_reason=error.reason,
        reason=str(error),
        advices=(),
        face=None,
        quality=None,
    )


def _report(console: Console, people: Sequence[PersonFolder], results: list[Enrolled]) -> None:
    console.table(
        ["person", "photo", "outcome", "quality", "why", "advice"],
        [
            [
                result.person_id,
                result.photo.name,
                "enrolled" if result.outcome.enrolled else "refused",
                render.quality(result.outcome.quality),
                result.outcome.reason,
                "; ".join(result.outcome.advices),
            ]
            for result in results
        ],
    )
    enrolled = [result for result in results if result.outcome.enrolled]
    persons = {result.person_id for result in enrolled}
    console.say("")
    console.table(
        ["", "enrolled ", "refused ", "all "],
        [
            ["persons", str(len(persons)), str(len(people) - len(persons)), str(len(people))],
            [
                "photos",
                str(len(enrolled)),
                str(len(results) - len(enrolled)),
                str(len(results)),
            ],
        ],
    )
