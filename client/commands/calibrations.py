"""Commands that show which calibrations were loaded, and when."""

import itertools

import click

from client.commands.groups import Defaulting
from client.commands.options import talks
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface


@click.group(cls=Defaulting)
def calibrations() -> None:
    """Show the calibrations of a gateway, now and in the past. Without a command: list."""


@calibrations.command("list")
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="Most periods.")
@talks
def list_(mesh: Sureface, console: Console, *, last: int) -> Exit:
    """List which calibrations were loaded, and when; the latest first."""
    found = list(itertools.islice(mesh.list_calibration_periods(page_size=last), last))
    if console.as_json:
        console.answer(found)
    elif not found:
        console.say("no calibration was ever loaded")
    else:
        console.table(
            ["calibration", "contract", "from (UTC)", "until (UTC)"],
            [
                [
                    period.version or "none",
                    period.contract_id,
                    f"{period.begin_time:%Y-%m-%d %H:%M:%S}",
                    f"{period.end_time:%Y-%m-%d %H:%M:%S}" if period.end_time else "now",
                ]
                for period in found
            ],
        )
    return Exit.OK


@calibrations.command()
@click.argument("version")
@talks
def show(mesh: Sureface, console: Console, *, version: str) -> Exit:
    """Print the file of a calibration as it was written; decision records name its VERSION."""
    found = mesh.get_calibration(version=version)
    if console.as_json:
        console.answer(found)
    else:
        console.verbatim(found.text)
    return Exit.OK
