"""The command that puts an export under another key."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from client.bulk.unfit import UnfitError
from client.commands.gallery.options import has_arrow, sealing_keys
from client.commands.options import FILE, as_json, guarded
from client.console import Console
from client.exits import Exit
from meshkit.template_keys import TemplateKeys

if TYPE_CHECKING:
    from client.bulk.renewing import Renewal


@click.group()
def templates() -> None:
    """Renew templates, in files: nothing is asked of the mesh."""


@templates.command()
@click.argument("file", type=FILE)
@click.argument("renewed", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--old-keys", type=FILE, help="Keys that FILE is under, as GATEWAY_TEMPLATE_KEYS; or none."
)
@click.option("--new-keys", type=FILE, help="Keys that RENEWED shall be under; or none.")
@click.option(
    "--collection",
    "collection_id",
    help="What RENEWED shall be imported into; where FILE is from, unless given.",
)
@sealing_keys
@as_json
@click.pass_context
def renew(
    context: click.Context,
    *,
    file: Path,
    renewed: Path,
    old_keys: Path | None,
    new_keys: Path | None,
    collection_id: str | None,
    sealing_keys: Path | None,
    as_json: bool,
) -> None:
    """Write RENEWED: the templates of FILE, an export, under another key or for another collection.

    docs/security.md tells how a key is renewed, and for how long nobody is found meanwhile. With
    --sealing-keys, RENEWED is encrypted.
    """
    if renewed.exists():
        raise click.UsageError(f"{renewed} is there already")
    console = Console(as_json=as_json)

    def work() -> Exit:
        if not has_arrow(console):
            return Exit.USAGE
        from client.bulk.renewing import Renewal  # noqa: PLC0415  # needs pyarrow
        from client.bulk.sealed import Lock  # noqa: PLC0415

        try:
            renewal = Renewal(
                file,
                TemplateKeys.read(old_keys),
                TemplateKeys.read(new_keys),
                collection_id=collection_id,
                lock=Lock(sealing_keys) if sealing_keys else None,
            )
            _write(console, renewal, renewed)
        except UnfitError as error:
            console.complain(f"{file}: {error}")
            return Exit.USAGE
        return Exit.OK

    context.exit(guarded(console, work, str(file)))


def _write(console: Console, renewal: "Renewal", renewed: Path) -> None:
    from client.bulk.progress import bar  # noqa: PLC0415  # rich is slow to load

    began = time.monotonic()
    with bar(console, renewal.count, 0) as report:
        renewal.write(renewed, report)
    took_s = time.monotonic() - began
    if console.as_json:
        console.answer(
            {
                "file": renewed,
                "collection_id": renewal.collection_id,
                "contract_id": renewal.contract_id,
                "template_count": renewal.count,
                "took_s": round(took_s, 3),
            }
        )
        return
    console.say(f"renewed {renewal.count:,} templates in {took_s:.1f} s")
    console.say(f"{renewed} is for collection {renewal.collection_id}, {renewal.contract_id}")
