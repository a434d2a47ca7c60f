"""Commands about cases."""

import click

from client.commands.case.report import report


@click.group()
def case() -> None:
    """Tell what is on record of a case."""


case.add_command(report)
