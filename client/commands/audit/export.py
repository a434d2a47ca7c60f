"""The command that takes records out of a decision log."""

import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click

from client import excerpt
from client.commands.audit.options import reads, require_log
from client.commands.moments import MOMENT
from client.console import Console
from client.excerpt import Period
from client.exits import Exit
from meshkit.chain import Seal


@click.command()
@click.option("--since", type=MOMENT, help="The first moment: a time, or 7d, 12h, 30m ago.")
@click.option("--until", type=MOMENT, help="The moment after the last.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file.  [default: stdout]",
)
@reads
def export(
    _: Console,
    folder: Path,
    seal: Seal,
    *,
    since: datetime | None,
    until: datetime | None,
    out: Path | None,
) -> Exit:
    """Write records as JSON lines, as they are, and a last line that proves them.

    Verifies the log first. `sureface audit verify EXCERPT` checks what came out.
    """
    require_log(folder)
    with _opened(out) as file:
        excerpt.export(folder, seal, Period(since=since, until=until), file)
    return Exit.OK


@contextlib.contextmanager
def _opened(out: Path | None) -> Iterator[BinaryIO]:
    """The file, which stays only if it is complete; it is for its owner only."""
    if out is None:
        yield sys.stdout.buffer
        return
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.UsageError(f"{out} is there already") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except BaseException:
        out.unlink()
        raise
