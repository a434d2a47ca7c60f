"""Writes docs/cli.md from the commands themselves: ``python -m client.reference``."""

from collections.abc import Iterator
from pathlib import Path

import click

from client.cli import main
from client.exits import MEANING

PAGE = Path("docs/cli.md")

_OPENING = """\
# The command line

Written by `python -m client.reference` from the commands themselves; a test keeps it so.

Answers go to stdout: aligned tables for people, or exactly one JSON document with
`--json`. Colours appear on a terminal only, and never with `NO_COLOR`. Complaints are
one line on stderr; with `--json`, a refusal by the mesh is a document
`{"error": {"reason", "code", "message", "metadata"}}` on stdout, too. A score says how
much two faces resemble each other, never who somebody is.
"""


def page() -> str:
    """The whole page as Markdown."""
    codes = "\n".join(f"| {code.value} | {text} |" for code, text in MEANING.items())
    commands = "\n".join(_described(path, command) for path, command in _commands(main, "sureface"))
    return f"{_OPENING}\n## Exit codes\n\n| code | meaning |\n|---|---|\n{codes}\n\n{commands}"


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _described(path: str, command: click.Command) -> str:
    # Widths of terminals must not change the page.
    context = click.Context(command, info_name=path, terminal_width=88, max_content_width=88)
    return f"## `{path}`\n\n```\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
