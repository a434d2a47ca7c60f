"""What the commands that read a decision log have in common."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from client.commands.options import FILE, guarded
from client.console import Console
from client.exits import Exit
from meshkit.chain import FOLDER, ChainBroken, Head, HeadTooOld, seal_by
from meshkit.chain.segments import segments
from meshkit.config import ConfigError

Command = Callable[..., Exit]
"""Takes a console, the folder of a log, its seal, and its own arguments."""


def as_head(_: click.Context, __: click.Parameter, text: str | None) -> Head | None:
    """Read an option that names a record, as `sureface audit head` prints it."""
    try:
        return Head.parse(text) if text else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def reads(command: Command) -> Callable[..., None]:
    """Give a command a log, and turn what is wrong with it into one line and a code."""

    @click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(".sureface"),
        show_default=True,
        help="The gateway's folder (GATEWAY_DATA).",
    )
    @click.option("--key", type=FILE, help="The gateway's key, if it has one (GATEWAY_AUDIT_KEY).")
    @functools.wraps(command)
    def run(*, data: Path, key: Path | None, as_json: bool = False, **arguments: Any) -> None:
        console = Console(as_json=as_json)

        def work() -> Exit:
            return command(console, data / FOLDER, seal_by(key), **arguments)

        code = guarded(console, lambda: _judged(console, work), str(data))
        click.get_current_context().exit(code)

    return run


def require_log(folder: Path) -> None:
    """Say where to look if there is no log.

    Raises:
        ConfigError: There is none.
    """
    if not segments(folder):
        raise ConfigError(f"{folder} holds no decision log; --data says where the gateway keeps it")


def _judged(console: Console, work: Callable[[], Exit]) -> Exit:
    try:
        return work()
    except ChainBroken as broken:
        console.complain(str(broken))
        if console.as_json:
            place = {"position": broken.position, "file": broken.file, "line": broken.line}
            console.answer({"broken": place | {"what": broken.what}})
        return Exit.BROKEN
    except (ConfigError, HeadTooOld) as error:
        console.complain(str(error))
        return Exit.USAGE
