"""What every command has in common: where the mesh is, how to answer, how to fail."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import grpc

from client.console import Console
from client.exits import Exit, of_error
from client.sdk import ADDRESS, DEADLINE_S, Sureface
from faces.errors import FaceError

F = TypeVar("F", bound=Callable[..., Any])

Command = Callable[..., Exit]
"""Takes a mesh, a console and its own arguments."""

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

address = click.option(
    "--address",
    envvar="SUREFACE_ADDRESS",
    default=ADDRESS,
    show_default=True,
    show_envvar=True,
    help="Where the gateway listens.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
collection = click.option(
    "--collection", "collection_id", required=True, help="Whom to compare with."
)
camera = click.option("--camera", "camera_id", default="", help="Which camera took the picture.")


def scene(default: str | None = None) -> Callable[[F], F]:
    """The option that picks the policy row."""
    return click.option(
        "--scene",
        required=default is None,
        default=default,
        show_default=default is not None,
        help="Whose policy row applies; `sureface policies` lists them.",
    )


def talks(command: Command) -> Callable[..., None]:
    """Give a command a mesh and a console, and turn what fails into one line and a code."""

    @functools.wraps(command)
    def without_address(mesh: Sureface, console: Console, _: str, **arguments: Any) -> Exit:
        return command(mesh, console, **arguments)

    return talks_at(without_address)


def talks_at(command: Command) -> Callable[..., None]:
    """As `talks`, for a command that also wants to know where the mesh is."""

    @address
    @as_json
    @click.option(
        "--deadline",
        "deadline_s",
        type=click.FloatRange(min=0, min_open=True),
        default=DEADLINE_S,
        show_default=True,
        help="Seconds that each call may take.",
    )
    @functools.wraps(command)
    def run(*, address: str, as_json: bool, deadline_s: float, **arguments: Any) -> None:
        console = Console(as_json=as_json)
        with Sureface(address, deadline_s=deadline_s) as mesh:
            code = guarded(console, lambda: command(mesh, console, address, **arguments), address)
        click.get_current_context().exit(code)

    return run


def guarded(
    console: Console, work: Callable[[], Exit], address: str, *, expected: str = "gateway"
) -> Exit:
    """Do the work of a command; a failure is told, not thrown.

    Args:
        console: Who tells it.
        work: What to do.
        address: Who is talked to.
        expected: What should listen there.
    """
    try:
        return work()
    except FaceError as error:
        console.refuse(error)
        return of_error(error)
    except OSError as error:
        console.complain(f"{error.filename or 'a file'}: {error.strerror or 'cannot be used'}")
        return Exit.USAGE
    except grpc.RpcError as error:
        # Neither the mesh nor the transport explains itself: somebody else listens there.
        code = error.code().name
        console.complain(f"{address} answers {code}; is it a {expected} of Sureface?")
        return Exit.UNAVAILABLE
