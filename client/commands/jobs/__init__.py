"""Commands for long searches over files."""

import click

from client.commands.groups import Defaulting
from client.commands.jobs.ending import cancel, list_
from client.commands.jobs.reviewing import review
from client.commands.jobs.submitting import submit
from client.commands.jobs.watching import watch


@click.group(cls=Defaulting)
def job() -> None:
    """Search videos and folders of pictures. Without a command: list."""


for _command in (list_, submit, watch, cancel, review):
    job.add_command(_command)
