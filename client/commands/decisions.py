"""Commands that judge a picture: verify, identify, search, compare."""

from pathlib import Path

import click

from client import render
from client.commands.filters import only
from client.commands.options import FILE, camera, collection, scene, talks
from client.console import Console
from client.exits import OF_VERDICT, Exit
from client.sdk import Sureface
from client.types import SearchOnly


@click.command()
@click.argument("image", type=FILE)
@scene()
@collection
@camera
@talks
def identify(
    mesh: Sureface,
    console: Console,
    *,
    image: Path,
    scene: str,
    collection_id: str,
    camera_id: str,
) -> Exit:
    """Compare IMAGE with everyone in a collection; one verdict."""
    answer = mesh.identify(
        scene=scene, probe=image, collection_id=collection_id, camera_id=camera_id
    )
    if console.as_json:
        console.answer(answer)
    else:
        extra = [
            ("candidate", render.resembles(answer.candidate)),
            ("quality", render.quality(answer.quality)),
        ]
        render.decision(console, answer.decision, extra=[*extra])
    return OF_VERDICT[answer.decision.verdict]


@click.command()
@click.argument("image", type=FILE)
@scene()
@click.option("--person", "person_id", help="Who is claimed, in --collection.")
@click.option("--collection", "collection_id", help="Where --person is enrolled.")
@click.option(
    "--photo",
    "photos",
    type=FILE,
    multiple=True,
    help="A photo of the claimed person, instead of --person. Up to 8.",
)
@camera
@talks
def verify(
    mesh: Sureface,
    console: Console,
    *,
    image: Path,
    scene: str,
    person_id: str | None,
    collection_id: str | None,
    photos: tuple[Path, ...],
    camera_id: str,
) -> Exit:
    """Compare IMAGE with one person, enrolled or on photos."""
    if bool(person_id) == bool(photos):
        raise click.UsageError("say either --person or --photo")
    if photos:
        answer = mesh.verify_photos(scene=scene, probe=image, photos=photos, camera_id=camera_id)
    elif person_id and collection_id:
        answer = mesh.verify(
            scene=scene,
            probe=image,
            collection_id=collection_id,
            person_id=person_id,
            camera_id=camera_id,
        )
    else:
        raise click.UsageError("--person needs --collection")
    if console.as_json:
        console.answer(answer)
    else:
        each = [render.similarity(similarity) for similarity in answer.photo_similarities]
        extra = [
            ("similarity", render.similarity(answer.similarity)),
            ("photos", ", ".join(each) if len(each) > 1 else ""),
            ("quality", render.quality(answer.quality)),
        ]
        render.decision(console, answer.decision, extra=[*extra])
    return OF_VERDICT[answer.decision.verdict]


@click.command()
@click.argument("image", type=FILE)
@scene()
@collection
@click.option("--case", "case_id", required=True, help="The case this belongs to.")
@click.option("--purpose", required=True, help="Why the search is lawful.")
@click.option("--operator", "operator_id", required=True, help="Who asks; may not review.")
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="Most candidates.",
)
@camera
@only
@talks
def search(
    mesh: Sureface,
    console: Console,
    *,
    image: Path,
    scene: str,
    collection_id: str,
    case_id: str,
    purpose: str,
    operator_id: str,
    limit: int,
    camera_id: str,
    only: SearchOnly | None,
) -> Exit:
    """Rank the people of a collection by their resemblance to IMAGE."""
    answer = mesh.search(
        scene=scene,
        probe=image,
        collection_id=collection_id,
        case_id=case_id,
        purpose=purpose,
        operator_id=operator_id,
        limit=limit,
        camera_id=camera_id,
        only=only,
    )
    if console.as_json:
        console.answer(answer)
    else:
        extra = [
            ("quality", render.quality(answer.quality)),
            ("covered", ", ".join(answer.occlusion.regions) if answer.occlusion else ""),
        ]
        render.decision(console, answer.decision, extra=[*extra])
        if answer.candidates:
            console.say("")
            render.candidates(console, answer.candidates)
    return OF_VERDICT[answer.decision.verdict]


@click.command()
@click.argument("first", type=FILE)
@click.argument("second", type=FILE)
@scene(default="search_prefilter")
@talks
def compare(mesh: Sureface, console: Console, *, first: Path, second: Path, scene: str) -> Exit:
    """Compare the most prominent faces of two pictures."""
    answer = mesh.compare(scene=scene, first=first, second=second)
    if console.as_json:
        console.answer(answer)
    else:
        extra = [
            ("similarity", render.similarity(answer.similarity)),
            ("first", render.quality(answer.first.quality) or "no face"),
            ("second", render.quality(answer.second.quality) or "no face"),
        ]
        render.decision(console, answer.decision, extra=[*extra])
    return OF_VERDICT[answer.decision.verdict]
