"""What the commands of a gallery have in common."""

import functools
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from client.commands.options import guarded, tls
from client.console import Console
from client.exits import Exit
from client.gallery import GALLERY, SERVED, Gallery

Command = Callable[..., Exit]
"""Takes a gallery, a console and its own arguments."""

address = click.option(
    "--gallery",
    "address",
    envvar="SUREFACE_GALLERY",
    default=GALLERY,
    show_default=True,
    show_envvar=True,
    help="Where the gallery listens.",
)
collection = click.option("--collection", "collection_id", required=True, help="Which one.")
sealing_keys = click.option(
    "--sealing-keys",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="SUREFACE_SEALING_KEYS",
    show_envvar=True,
    help="File of keys. The first encrypts what is exported; all open what is imported.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")


def talks(command: Command) -> Callable[..., None]:
    """Give a command a gallery and a console, and turn what fails into one line and a code."""

    @address
    @tls
    @as_json
    @functools.wraps(command)
    def run(*, address: str, tls: Path | None, as_json: bool, **arguments: Any) -> None:
        console = Console(as_json=as_json)

        def work() -> Exit:
            with Gallery(address, tls=tls) as gallery:
                return command(gallery, console, **arguments)

        click.get_current_context().exit(guarded(console, work, address, expected=SERVED))

    return run


def needs_arrow(command: Command) -> Command:
    """Say what to install if pyarrow is not there, which only bulk transfer needs."""

    @functools.wraps(command)
    def checked(gallery: Gallery, console: Console, **arguments: Any) -> Exit:
        return command(gallery, console, **arguments) if has_arrow(console) else Exit.USAGE

    return checked


def has_arrow(console: Console) -> bool:
    """Whether pyarrow is there; if not, this says what to install."""
    there = importlib.util.find_spec("pyarrow") is not None
    if not there:
        console.complain("this needs pyarrow: pip install 'sureface[bulk]'")
    return there
