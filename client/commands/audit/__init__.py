"""Commands for those who check what was decided: they read the decision log itself."""

import click

from client.commands.audit.export import export
from client.commands.audit.verifying import head, verify


@click.group()
def audit() -> None:
    """Verify, note and export the decision log: its files, where the gateway runs.

    `export` takes it from a gateway elsewhere, too.
    """


for _command in (verify, head, export):
    audit.add_command(_command)
