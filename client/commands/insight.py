"""The command that tells which cameras take bad pictures, and why."""

from datetime import datetime

import click

from client.commands.moments import MOMENT
from client.commands.options import talks
from client.console import Console
from client.exits import Exit
from client.insight import show
from client.sdk import Sureface


@click.command()
@click.option("--camera", "camera_id", default="", help="Only this camera.")
@click.option("--scene", default="", help="Only decisions about this scene.")
@click.option(
    "--since",
    type=MOMENT,
    default="7d",
    show_default=True,
    help="Pictures from then on: so many d, h or m ago, or a time in ISO 8601.",
)
@click.option("--until", type=MOMENT, help="Pictures before then; all up to now if left out.")
@talks
def insight(
    mesh: Sureface,
    console: Console,
    *,
    camera_id: str,
    scene: str,
    since: datetime,
    until: datetime | None,
) -> Exit:
    """Tell which cameras take bad pictures, why, and what to do about it.

    Counts decisions on record, by camera and scene, and compares them with as long a time
    before.
    """
    answer = mesh.summarize_cameras(
        start_time=since, end_time=until, camera_id=camera_id, scene=scene
    )
    if console.as_json:
        console.answer(answer)
    else:
        show(console, answer)
    return Exit.OK
