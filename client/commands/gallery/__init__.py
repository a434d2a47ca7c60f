"""Commands for those who operate a gallery: they talk to it, past the gateway."""

import click

from client.commands.gallery.export import export
from client.commands.gallery.import_ import import_
from client.commands.gallery.maintenance import compact, stats, tune
from client.commands.gallery.reseal import reseal


@click.group()
def gallery() -> None:
    """Move templates in bulk, and look after indexes. Talks to a gallery itself."""


for _command in (import_, export, stats, tune, compact, reseal):
    gallery.add_command(_command)
