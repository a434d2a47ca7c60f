"""The command that writes an evidence report."""

import contextlib
import getpass
from collections.abc import Iterator
from pathlib import Path

import click

from client.commands.case.page import page
from client.commands.options import talks
from client.commands.pictures import INTO, write_picture
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface
from client.types import Case


def _login() -> str:
    """Whoever is logged in; empty if that has no name."""
    with contextlib.suppress(KeyError, OSError):
        return getpass.getuser()
    return ""


@click.command()
@click.argument("case_id", metavar="CASE")
@click.option("--out", type=INTO, required=True, metavar="FILE", help="Where to write it: HTML.")
@click.option(
    "--reader",
    "reader_id",
    default=_login,
    show_default="who is logged in",
    help="Who reads the case; kept in the log.",
)
@click.option("--images/--no-images", default=True, show_default=True, help="Include pictures.")
@talks
def report(
    mesh: Sureface, console: Console, *, case_id: str, out: Path, reader_id: str, images: bool
) -> Exit:
    """Write all that is on record of CASE as one HTML page that needs nothing else.

    Searches, candidates, scores, versions, what reviewers said, and whether the decision log
    is as it was written: if it is not, the page says so and the command leaves with 8.
    """
    found = mesh.get_case(case_id=case_id, reader_id=reader_id, images=images)
    write_picture(out, page(found, reader_id=reader_id).encode())
    if console.as_json:
        console.answer(found)
    counts = f"{len(found.records)} records, {len(found.reviews)} review items"
    jobs = f", {len(found.jobs)} jobs" if found.jobs else ""
    console.say(f"written: {out} ({counts}{jobs})")
    faults = list(_faults(found))
    for fault in faults:
        console.complain(fault)
    return Exit.BROKEN if faults else Exit.OK


def _faults(found: Case) -> Iterator[str]:
    if not found.chain.intact:
        yield f"the decision log is broken: {found.chain.fault}"
    for each in found.jobs:
        if each.chain and not each.chain.intact:
            yield f"the records of job {each.job.job_id} are broken: {each.chain.fault}"
