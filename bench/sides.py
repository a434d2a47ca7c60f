"""The two sides that must do the same work: the mesh, and its models in one process."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from bench.direct import Direct
from bench.photos import Enrolled, PhotoSet
from client import AsyncSureface
from client.types import Identification, Photo
from gateway.config import BUILT_IN_POLICIES

COLLECTION = "bench"

SCENE = "alarm_review"
"""The most lenient scene: a photo should be refused only if it shows nobody."""

SAME = 1e-3
"""Largest difference between the two sides' similarities; batches round differently."""


class SidesDiffer(Exception):
    """The sides gave different answers, so their times mean nothing."""


def policies(path: Path) -> None:
    """Write a table by which the mesh does what its models do in one process, and no more.

    As it is shipped, the scene also enhances bad photos, and keeps pictures for reviewers.
    """
    row = yaml.safe_load(BUILT_IN_POLICIES.read_text(encoding="utf-8"))[SCENE]
    path.write_text(yaml.safe_dump({SCENE: row | {"enhance_below": 0, "reviewers": 0}}), "utf-8")


async def enroll(client: AsyncSureface, people: Sequence[Enrolled]) -> list[Enrolled]:
    """Enrol people with the mesh; what it accepted of them is what the other side gets."""
    await client.create_collection(collection_id=COLLECTION)
    accepted = []
    for person in people:
        answer = await client.enroll_person(
            scene=SCENE,
            collection_id=COLLECTION,
            person_id=person.person_id,
            photos=[Photo(path) for path in person.photos],
        )
        outcomes = zip(person.photos, answer.outcomes, strict=True)
        photos = tuple(path for path, outcome in outcomes if outcome.enrolled)
        accepted += [Enrolled(person.person_id, photos)] if photos else []
    return accepted


async def identify(client: AsyncSureface, photo: Path) -> Identification:
    """Ask the mesh."""
    return await client.identify(scene=SCENE, probe=photo, collection_id=COLLECTION)


async def comparable(client: AsyncSureface, direct: Direct, photos: PhotoSet) -> list[Path]:
    """The probes that the mesh names somebody for: it has then done all there is to do.

    Raises:
        SidesDiffer: The sides name different people, or similarities.
    """
    searched = []
    for probe in photos.probes:
        candidate = (await identify(client, probe)).candidate
        if candidate is None:
            continue
        found = direct.identify(probe)
        off = abs(found.similarity - candidate.similarity)
        if found.person_id != candidate.person_id or off > SAME:
            raise SidesDiffer(f"{probe.name}: {candidate} by the mesh, {found} directly")
        searched.append(probe)
    return searched
