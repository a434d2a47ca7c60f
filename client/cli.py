"""The command ``sureface``."""

import click

from client.commands.audit import audit
from client.commands.calibrate import calibrate
from client.commands.calibrations import calibrations
from client.commands.case import case
from client.commands.certs import certs
from client.commands.collections import collections, delete
from client.commands.decisions import compare, identify, search, verify
from client.commands.enroll import enroll
from client.commands.extract import extract
from client.commands.gallery import gallery
from client.commands.groups import Root
from client.commands.insight import insight
from client.commands.jobs import job
from client.commands.keys import keys
from client.commands.policies import policies
from client.commands.reviews import reviews
from client.commands.status import status
from client.commands.templates import templates
from client.commands.up import up
from client.commands.watch import watch
from client.exits import explained

COMMANDS = (
    *(up, status, certs, keys),
    *(enroll, delete, collections),
    *(identify, verify, watch, search, compare, extract),
    *(job, reviews, case, policies, calibrate, calibrations, insight, gallery, templates, audit),
)

EPILOG = f"\b\nExit codes:\n{explained()}"


@click.group(cls=Root, epilog=EPILOG)
def main() -> None:
    """Face recognition that knows when it is not sure.

    A score says how much two faces resemble each other, never who somebody is.
    Answers are tables for people, or one document with --json.
    """


for command in COMMANDS:
    main.add_command(command)


if __name__ == "__main__":
    main()
