"""Options that say which templates a search may see."""

import functools
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import click

from client.commands.moments import MOMENT
from client.types import SearchOnly

Command = Callable[..., Any]


def _label(_: click.Context, option: click.Parameter, given: Iterable[str]) -> dict[str, str]:
    labels = dict(text.partition("=")[::2] for text in given)
    if not all("=" in text for text in given):
        raise click.BadParameter(f"{option.opts[0]} takes KEY=VALUE")
    return labels


def only(command: Command) -> Command:
    """Give a command `only`: a filter, or None if no option was used."""

    @click.option("--group", default="", help="Only people whose label `group` is this.")
    @click.option(
        "--label",
        "labels",
        multiple=True,
        metavar="KEY=VALUE",
        callback=_label,
        help="Only people with this label; may be repeated.",
    )
    @click.option(
        "--template-label",
        "template_labels",
        multiple=True,
        metavar="KEY=VALUE",
        callback=_label,
        help="Only photos with this label; may be repeated.",
    )
    @click.option("--since", type=MOMENT, help="Only photos taken then or later: 7d, 2026-11-01.")
    @click.option("--until", type=MOMENT, help="Only photos taken before then.")
    @functools.wraps(command)
    def filtered(
        *args: Any,
        group: str,
        labels: dict[str, str],
        template_labels: dict[str, str],
        since: datetime | None,
        until: datetime | None,
        **rest: Any,
    ) -> Any:
        wanted = SearchOnly(
            group=group,
            person_labels=labels,
            template_labels=template_labels,
            since=since,
            until=until,
        )
        return command(*args, only=None if wanted == SearchOnly() else wanted, **rest)

    return filtered
