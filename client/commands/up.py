"""The command that runs a whole mesh on this machine."""

import asyncio
import os
from pathlib import Path

import click

import client
from client.commands.options import FOLDER, as_json, guarded
from client.console import Console
from client.exits import Exit
from client.up.certificates import require_certificates
from client.up.enhancement import NONE, completed
from client.up.obstacles import CannotStart
from client.up.plan import PORT_BASE, Plan
from client.up.run import up as run


@click.command()
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".sureface"),
    show_default=True,
    help="Folder for the store, the decision log, and the logs of the services.",
)
@click.option(
    "--demo", "photos", type=FOLDER, metavar="DIR", help="Enrol and judge the demo photos of DIR."
)
@click.option(
    "--detector",
    type=click.Choice(["yunet", "centerface"]),
    default="yunet",
    show_default=True,
    help="centerface finds smaller faces and takes longer.",
)
@click.option(
    "--embedder",
    default="sureface",
    show_default=True,
    metavar="NAME",
    help="Another one of models.toml; what it enrolled belongs to it.",
)
@click.option(
    "--enhancer",
    default="",
    metavar="NAME",
    help="One of models.toml; none runs none.  [default: enhancer, if a gate fits the embedder]",
)
@click.option(
    "--fusion",
    default="",
    metavar="NAME",
    help="The gate that fuses what the enhancer makes.  [default: the one for the embedder]",
)
@click.option("--adapters", type=FOLDER, help="The enhancer's adapters, a file a camera.")
@click.option(
    "--media", type=FOLDER, help="Folder that jobs may search.  [default: media in --data]"
)
@click.option("--models", type=FOLDER, help="Folder with models.toml.  [default: ours]")
@click.option(
    "--policies",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A policy table.  [default: the gateway's own]",
)
@click.option(
    "--port-base",
    type=click.IntRange(1, 65_000),
    default=PORT_BASE,
    show_default=True,
    help="Port of the gateway; the other services follow.",
)
@click.option(
    "--tls",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Speak TLS, with certificates of `sureface certs DIR`; those that are missing are made.",
)
@as_json
@click.pass_context
def up(
    context: click.Context,
    *,
    data: Path,
    photos: Path | None,
    detector: str,
    embedder: str,
    enhancer: str,
    fusion: str,
    adapters: Path | None,
    media: Path | None,
    models: Path | None,
    policies: Path | None,
    port_base: int,
    tls: Path | None,
    as_json: bool,
) -> None:
    """Run the whole mesh on this machine, on loopback, until Ctrl-C or SIGTERM.

    A service that dies is started again. With --json, one document is printed once
    everything serves.
    """
    # What the mesh keeps is about people's faces: nobody else's to read.
    os.umask(0o077)
    console = Console(as_json=as_json)
    if (fusion or adapters) and enhancer == NONE:
        raise click.UsageError("--fusion and --adapters need an enhancer")
    plan = Plan(
        data=data.absolute(),
        models=(models or Path(client.__file__).parents[1] / "models").absolute(),
        port_base=port_base,
        detector=detector,
        embedder=embedder,
        enhancer=enhancer,
        fusion=fusion,
        adapters=adapters and adapters.absolute(),
        media=media and media.absolute(),
        policies=policies and policies.absolute(),
        tls=tls and tls.absolute(),
    )

    def work() -> Exit:
        try:
            if plan.tls:
                require_certificates(plan.tls)
            asyncio.run(run(completed(plan), console, photos=photos))
        except CannotStart as obstacle:
            console.complain(str(obstacle))
            return Exit.UNAVAILABLE
        return Exit.OK

    context.exit(guarded(console, work, plan.address("gateway")))
