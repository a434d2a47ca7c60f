"""What every command has in common: where the mesh is, how to answer, how to fail."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
import grpc

from client.console import Console
from client.exits import Exit, of_error
from client.sdk import ADDRESS, DEADLINE_S, Sureface
from faces.errors import FaceError
from meshkit.config import ConfigError

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
tls = click.option(
    "--tls",
    type=FOLDER,
    envvar="SUREFACE_TLS",
    show_envvar=True,
    help="Speak TLS, with this folder's ca.crt, and tls.crt and tls.key if it has them.",
)
api_key = click.option(
    "--api-key",
    envvar="SUREFACE_API_KEY",
    show_envvar=True,
    help="Who calls, where the gateway asks: better as a variable, which others do not see.",
)
token = click.option(
    "--token",
    envvar="SUREFACE_TOKEN",
    show_envvar=True,
    help="A token of the identity provider, instead of an API key.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
collection = click.option(
    "--collection", "collection_id", required=True, help="Whom to compare with."
)
camera = click.option("--camera", "camera_id", default="", help="Which camera took the picture.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mesh is, and how it is spoken to."""

    address: str
    tls: Path | None
    proof: Mapping[str, str | None]
    """Who calls: an API key or a token, as clients take them."""


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
    def without_address(mesh: Sureface, console: Console, _: Place, **arguments: Any) -> Exit:
        return command(mesh, console, **arguments)

    return talks_at(without_address)


def talks_at(command: Command) -> Callable[..., None]:
    """As `talks`, for a command that also wants to know the `Place` of the mesh."""

    @address
    @tls
    @api_key
    @token
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
    def run(
        *,
        address: str,
        tls: Path | None,
        api_key: str | None,
        token: str | None,
        as_json: bool,
        deadline_s: float,
        **arguments: Any,
    ) -> None:
        console = Console(as_json=as_json)
        place = Place(address, tls, {"api_key": api_key, "token": token})

        def work() -> Exit:
            with Sureface(address, deadline_s=deadline_s, tls=tls, **place.proof) as mesh:
                return command(mesh, console, place, **arguments)

        click.get_current_context().exit(guarded(console, work, address))

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
    except ConfigError as error:
        console.complain(str(error))
        return Exit.USAGE
    except OSError as error:
        console.complain(f"{error.filename or 'a file'}: {error.strerror or 'cannot be used'}")
        return Exit.USAGE
    except grpc.RpcError as error:
        # Neither the mesh nor the transport explains itself: somebody else listens there.
        code = error.code().name
        console.complain(f"{address} answers {code}; is it a {expected} of Sureface?")
        return Exit.UNAVAILABLE
