"""The command that takes records out of a decision log."""

from datetime import datetime
from pathlib import Path

import click

from client import excerpt
from client.commands.audit.fetching import fetch
from client.commands.audit.options import as_head, reads, require_log
from client.commands.audit.writing import opened
from client.commands.moments import MOMENT
from client.commands.options import Place, api_key, tls, token
from client.console import Console
from client.exits import Exit
from meshkit.chain import Head, Period, Seal


@click.command()
@click.option("--since", type=MOMENT, help="The first moment: a time, or 7d, 12h, 30m ago.")
@click.option("--until", type=MOMENT, help="The moment after the last.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file.  [default: stdout]",
)
@click.option(
    "--gateway",
    "address",
    metavar="ADDRESS",
    help="Let this gateway hand them out, to an auditor, in place of reading --data.",
)
@click.option(
    "--after",
    metavar="POSITION:HASH",
    callback=as_head,
    help="With --gateway: begin behind this record, for example an earlier export's last one.",
)
@tls
@api_key
@token
@reads
def export(
    console: Console,
    folder: Path,
    seal: Seal,
    *,
    since: datetime | None,
    until: datetime | None,
    out: Path | None,
    address: str | None,
    after: Head | None,
    tls: Path | None,
    **proof: str | None,
) -> Exit:
    """Write records as JSON lines, as they are, and a last line that proves them.

    Verifies the log first; what a gateway hands out, while it comes. `sureface audit verify
    EXCERPT` checks what came out.
    """
    if after and (since or not address):
        raise click.UsageError("--after goes with --gateway, and without --since")
    period = Period(since=since, until=until)
    if address:
        place = Place(address, tls, proof)
        return fetch(console, place, seal, period=period, after=after, out=out)
    require_log(folder)
    with opened(out) as file:
        excerpt.export(folder, seal, period, file)
    return Exit.OK
