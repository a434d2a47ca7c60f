"""Commands about the policy table: what it is, what it was, what another one would change."""

import click

from client.commands.groups import Defaulting
from client.commands.policies.explaining import explain
from client.commands.policies.simulating import simulate
from client.commands.policies.tables import history, list_, show


@click.group(cls=Defaulting)
def policies() -> None:
    """Show the policy table, explain it, or try another one. Without a command: list."""


for _command in (list_, explain, show, history, simulate):
    policies.add_command(_command)
