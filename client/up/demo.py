"""The demo: enrols photos of two people, judges four kinds of probes, shows the answers.

Nothing is made up: what is printed is what the mesh answered.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from client import render
from client.console import Console, verdict
from client.sdk import AsyncSureface
from client.types import Enrollment, Identification, Photo
from client.up.degrade import degraded
from client.up.obstacles import CannotStart
from faces.errors import CollectionNotFound

COLLECTION = "demo"
SCENE = "access_control"

PEOPLE = {"obama": ("obama.jpg", "obama2.jpg"), "astronaut": ("astronaut.png",)}
"""Whom to enrol, and from which files."""

PROBES = {
    "obama3.jpg": "enrolled, another photo",
    "biden.jpg": "not enrolled",
    "obama_partial_face.jpg": "enrolled, cut face",
    "obama_partial_face2.jpg": "enrolled, cut face",
}
"""What is judged, and what each shows."""

SPOILED = "obama3.jpg"
"""What is judged once more, degraded."""

NEEDED = ("obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg")
"""Without these there is nothing to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One probe and what the mesh said."""

    probe: str
    shows: str
    answer: Identification


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Everything that the mesh answered."""

    enrolled: dict[str, Enrollment]
    judged: tuple[Judged, ...]


async def demo(address: str, folder: Path, tls: Path | None) -> Demo:
    """Enrol the demo photos afresh and judge the probes.

    Raises:
        CannotStart: Photos are missing.
        FaceError: The mesh refused something.
    """
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise CannotStart(f"{folder} has no {', '.join(missing)}; run `python -m tools.photos`")
    async with AsyncSureface(address, tls=tls) as mesh:
        enrolled = await _enroll(mesh, folder)
        return Demo(enrolled=enrolled, judged=tuple([row async for row in _judge(mesh, folder)]))


async def _enroll(mesh: AsyncSureface, folder: Path) -> dict[str, Enrollment]:
    with contextlib.suppress(CollectionNotFound):
        await mesh.delete_collection(collection_id=COLLECTION)
    await mesh.create_collection(collection_id=COLLECTION)
    found = {
        person: [Photo(folder / name, name) for name in names if (folder / name).is_file()]
        for person, names in PEOPLE.items()
    }
    return {
        person: await mesh.enroll_person(
            scene=SCENE, collection_id=COLLECTION, person_id=person, photos=photos
        )
        for person, photos in found.items()
        if photos
    }


async def _judge(mesh: AsyncSureface, folder: Path) -> AsyncIterator[Judged]:
    for name, shows in PROBES.items():
        if (folder / name).is_file():
            answer = await mesh.identify(scene=SCENE, probe=folder / name, collection_id=COLLECTION)
            yield Judged(probe=name, shows=shows, answer=answer)
    spoiled = degraded(folder / SPOILED)
    answer = await mesh.identify(scene=SCENE, probe=spoiled, collection_id=COLLECTION)
    yield Judged(probe=SPOILED, shows="enrolled, degraded copy", answer=answer)


def show(console: Console, of: Demo) -> None:
    """Print whom the mesh knows now, and what it says to each probe."""
    console.say(f"\nEnrolled in collection {COLLECTION} under scene {SCENE}:")
    for person, enrollment in of.enrolled.items():
        good = sum(outcome.enrolled for outcome in enrollment.outcomes)
        console.say(f"  {person}, {good} of {len(enrollment.outcomes)} photos")
    console.say("\nThen compared with everybody in it:\n")
    console.table(
        ["probe", "shows", "verdict", "rule", "resembles", "similarity ", "quality", "why"],
        [_row(row) for row in of.judged],
    )


def _row(row: Judged) -> list[str | Text]:
    decision, candidate = row.answer.decision, row.answer.candidate
    return [
        row.probe,
        row.shows,
        verdict(decision.verdict),
        render.rule(decision),
        candidate.person_id if candidate else "",
        render.similarity(candidate.similarity) if candidate else "",
        render.quality(row.answer.quality),
        decision.reason,
    ]
