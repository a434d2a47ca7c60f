"""The command that says how a mesh is."""

import asyncio
from pathlib import Path

import click
from rich.text import Text

from client.commands.options import Place, talks_at
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface
from client.types import Collection
from client.up.inspect import Seen, seen
from faces.errors import FaceError


@click.command()
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".sureface"),
    show_default=True,
    help="Folder of a mesh that `sureface up` runs here; tells the processes.",
)
@talks_at
def status(mesh: Sureface, console: Console, place: Place, *, data: Path) -> Exit:
    """Show health, model and memory of each service, and the collections.

    Services other than the gateway are expected on the ports next to its own, as
    `sureface up` starts them. Leaves with 6 unless all of them serve.
    """
    services = asyncio.run(seen(place.address, data, place.tls, place.proof))
    collections = _collections(mesh)
    if console.as_json:
        console.answer({"services": services, "collections": collections})
    else:
        _show(console, services, collections)
    well = all(service.health == "serving" for service in services)
    return Exit.OK if well else Exit.UNAVAILABLE


def _collections(mesh: Sureface) -> list[Collection] | None:
    try:
        return list(mesh.within(2.0).list_collections())
    except FaceError:
        return None


def _show(console: Console, services: list[Seen], collections: list[Collection] | None) -> None:
    console.table(
        ["service", "health", "address", "model", "contract", "memory ", "pid "],
        [
            [
                s.name,
                Text(s.health, style="green" if s.health == "serving" else "bold red"),
                s.address,
                s.model,
                s.contract_id,
                f"{s.resident_bytes / 2**20:.0f} MiB" if s.resident_bytes else "",
                str(s.pid or ""),
            ]
            for s in services
        ],
    )
    console.say("")
    if collections is None:
        console.say("collections cannot be listed now")
    elif not collections:
        console.say("no collections yet")
    else:
        console.table(
            ["collection", "persons ", "templates ", "contract"],
            [
                [c.collection_id, str(c.person_count), str(c.template_count), c.contract_id]
                for c in collections
            ],
        )
