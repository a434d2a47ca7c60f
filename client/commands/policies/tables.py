"""Commands that show the policy table as it is and as it was."""

import dataclasses
import itertools
from collections.abc import Sequence

import click

from client.commands.options import talks
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface
from client.types import PolicyText, ScenePolicy


@click.command("list")
@click.option("--scene", help="Only this row.")
@talks
def list_(mesh: Sureface, console: Console, *, scene: str | None) -> Exit:
    """Show what each scene asks for."""
    rows = [mesh.get_policy(scene=scene)] if scene else list(mesh.list_policies())
    if console.as_json:
        console.answer(rows)
    else:
        _table(console, rows)
        _say_if_rejected(console, mesh.get_policy_table())
        for warning in rows[0].warnings:
            console.complain(warning)
    return Exit.OK


@click.command()
@click.option("--version", "policy_version", default="", help="As a decision names it.")
@talks
def show(mesh: Sureface, console: Console, *, policy_version: str) -> Exit:
    """Print a whole table as it was written: the one in force, or of a version of the past."""
    table = mesh.get_policy_table(policy_version=policy_version)
    if console.as_json:
        console.answer(table)
    else:
        console.verbatim(table.text)
        _say_if_rejected(console, table)
    return Exit.OK


@click.command()
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="Most periods.")
@talks
def history(mesh: Sureface, console: Console, *, last: int) -> Exit:
    """List which versions were in force, and when; the latest first."""
    found = list(itertools.islice(mesh.list_policy_periods(page_size=last), last))
    if console.as_json:
        console.answer(found)
    else:
        console.table(
            ["policy", "from (UTC)", "until (UTC)"],
            [
                [
                    period.policy_version,
                    f"{period.begin_time:%Y-%m-%d %H:%M:%S}",
                    f"{period.end_time:%Y-%m-%d %H:%M:%S}" if period.end_time else "in force",
                ]
                for period in found
            ],
        )
    return Exit.OK


def _table(console: Console, rows: Sequence[ScenePolicy]) -> None:
    """One column a scene: there are more lines than scenes."""
    lines = [field.name for field in dataclasses.fields(rows[0].policy) if field.name != "scene"]
    console.table(
        ["line", *(f"{row.policy.scene} " for row in rows)],
        [[name, *(_cell(getattr(row.policy, name)) for row in rows)] for name in lines],
    )
    console.say(f"\npolicy {rows[0].policy_version}")


def _say_if_rejected(console: Console, table: PolicyText) -> None:
    if table.rejection:
        when, why = table.rejection.reject_time, table.rejection.reason
        console.complain(f"the policy file was rejected at {when:%Y-%m-%d %H:%M:%S} UTC: {why}")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}"
    return str(getattr(value, "value", value))
