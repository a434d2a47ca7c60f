"""The command that makes certificates for a mesh without cert-manager."""

import importlib.util
import os
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.text import Text

from client.certs import DAYS
from client.certs.parties import parties
from client.commands.options import as_json
from client.console import Console
from client.exits import Exit


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--name",
    "names",
    multiple=True,
    help="Host or address of the gateway, besides this machine's; may be repeated.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 5 * 365),
    default=DAYS,
    show_default=True,
    help="How long they last.",
)
@click.option("--force", is_flag=True, help="Replace certificates; never the authority.")
@as_json
@click.pass_context
def certs(
    context: click.Context,
    *,
    folder: Path,
    names: tuple[str, ...],
    days: int,
    force: bool,
    as_json: bool,
) -> None:
    """Make an authority in FOLDER, and a certificate for each service, operator and client.

    What is there is left alone, without --force. Each gets a folder of its own with tls.crt,
    tls.key and ca.crt, which services read (DETECTOR_TLS and so on) and commands (--tls). Whoever
    has FOLDER/ca.key can make more: keep it away from the services.
    """
    console = Console(as_json=as_json)
    if importlib.util.find_spec("cryptography") is None:
        console.complain("this needs cryptography: pip install 'sureface[client]'")
        context.exit(Exit.USAGE)
    context.exit(_make(console, folder, names, days=days, force=force))


def _make(
    console: Console, folder: Path, names: tuple[str, ...], *, days: int, force: bool
) -> Exit:
    from client.certs.issuing import CannotIssue, issue  # noqa: PLC0415  # heavy; only here

    os.umask(0o077)
    try:
        issued = issue(folder, parties(names), days=days, force=force)
    except CannotIssue as problem:
        console.complain(str(problem))
        return Exit.USAGE
    except OSError as error:
        console.complain(f"{error.filename or folder}: {error.strerror}")
        return Exit.USAGE
    if console.as_json:
        console.answer({"certificates": issued})
        return Exit.OK
    now = datetime.now(UTC)
    console.table(
        ["certificate", "state", "expires", "days ", "folder"],
        [
            [
                each.name,
                Text(each.problem, style="bold red") if each.problem else _state(new=each.is_new),
                f"{each.expire_time:%Y-%m-%d}",
                str((each.expire_time - now).days),
                str(each.folder),
            ]
            for each in issued
        ],
    )
    return Exit.OK


def _state(*, new: bool) -> str:
    return "new" if new else "kept"
