"""The command that plays pictures to the mesh as a camera would."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from client import render
from client.commands.options import collection, scene, talks
from client.console import Console
from client.exits import Exit
from client.photos import photos_in
from client.sdk import Sureface
from client.types import StreamUpdate


@click.command()
@click.argument("frames", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@scene()
@collection
@click.option("--camera", "camera_id", default="watch", show_default=True, help="Its name.")
@click.option(
    "--fps",
    type=click.FloatRange(min=0.1, max=60),
    default=5.0,
    show_default=True,
    help="Frames a second. What the mesh cannot follow is dropped, as of a camera.",
)
@talks
def watch(
    mesh: Sureface,
    console: Console,
    *,
    frames: tuple[Path, ...],
    scene: str,
    collection_id: str,
    camera_id: str,
    fps: float,
) -> Exit:
    """Show FRAMES to the mesh as a camera would; one verdict for each track.

    FRAMES are pictures, and folders whose pictures follow each other by name. Each line is a
    verdict, or advice as long as there is none.
    """
    pictures = [picture for path in frames for picture in _pictures(path)]
    if not pictures:
        raise click.UsageError("there are no pictures")
    updates = mesh.identify_stream(
        _paced(pictures, fps), scene=scene, collection_id=collection_id, camera_id=camera_id
    )
    told: list[StreamUpdate] = []
    for update in updates:
        told.append(update)
        if not console.as_json:
            _show(console, update)
    if console.as_json:
        console.answer(told)
    else:
        dropped = max(update.dropped_frame_count for update in told)
        console.say(f"{len(pictures)} frames; of them, {dropped} were dropped")
    return Exit.OK


def _pictures(path: Path) -> tuple[Path, ...]:
    return photos_in(path) if path.is_dir() else (path,)


def _paced(pictures: Iterable[Path], fps: float) -> Iterator[Path]:
    """Pictures, at the pace of a camera."""
    due_s = time.monotonic()
    for picture in pictures:
        time.sleep(max(0.0, due_s - time.monotonic()))
        yield picture
        due_s += 1 / fps


def _show(console: Console, update: StreamUpdate) -> None:
    decision = update.decision
    if decision:
        words = render.resembles(update.candidate) or "; ".join(decision.advices)
        console.say(
            f"{update.offset_ms / 1000:6.1f} s  {update.track_id:<4}  "
            f"{decision.verdict.name:<9}  {render.rule(decision):<16}  {words or decision.reason}"
        )
    elif update.lost_reason:
        console.say(f"frames are lost: {update.lost_reason.removeprefix('ERROR_REASON_')}")
    elif update.lost_frame_count:
        console.say(f"frames are judged again; {update.lost_frame_count} were lost")
