"""The command that enrols folders of photos."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from client import render
from client.bulk.progress import bar
from client.commands.options import FOLDER, scene, talks
from client.console import Console
from client.enrolled import Enrolled, enrolled, enrollees
from client.exits import Exit, of_error
from client.photos import PersonFolder, people_in, photos_in
from client.sdk import Sureface
from client.types import BatchOutcome
from faces import fields
from faces.errors import CollectionExists


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
    _look_for(mesh, scene, collection_id)
    outcomes = list(_enroll(mesh, console, people, scene=scene, collection_id=collection_id))
    results = enrolled(people, outcomes)
    if console.as_json:
        console.answer(results)
    else:
        _report(console, people, results)
    if errors := [each.error for each in outcomes if each.error]:
        return of_error(errors[0])
    good = {result.person_id for result in results if result.outcome.enrolled}
    return Exit.OK if len(good) == len(people) else Exit.UNUSABLE


def _create(mesh: Sureface, collection_id: str) -> None:
    try:
        mesh.create_collection(collection_id=collection_id)
    except CollectionExists:
        return


def _look_for(mesh: Sureface, scene: str, collection_id: str) -> None:
    """Find out now what would be refused person by person, after the journey of all photos."""
    mesh.get_policy(scene=scene)
    mesh.get_collection(collection_id=collection_id)


def _enroll(
    mesh: Sureface,
    console: Console,
    people: Sequence[PersonFolder],
    *,
    scene: str,
    collection_id: str,
) -> Iterator[BatchOutcome]:
    crowd = enrollees(people)
    done, total = 0, sum(len(each.photos) for each in crowd)
    with bar(console, total, done, unit="photos", digits=1) as tell:
        for outcome in mesh.batch_enroll(crowd, scene=scene, collection_id=collection_id):
            done += len(outcome.enrollee.photos)
            tell(done)
            yield outcome


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
    good = [result for result in results if result.outcome.enrolled]
    persons = {result.person_id for result in good}
    console.say("")
    console.table(
        ["", "enrolled ", "refused ", "all "],
        [
            ["persons", str(len(persons)), str(len(people) - len(persons)), str(len(people))],
            [
                "photos",
                str(len(good)),
                str(len(results) - len(good)),
                str(len(results)),
            ],
        ],
    )
