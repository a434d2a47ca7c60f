"""The command that exports a collection."""

import time
from pathlib import Path

import click

from client.commands.gallery.import_ import collection_of
from client.commands.gallery.options import collection, needs_arrow, talks
from client.console import Console
from client.exits import Exit
from client.gallery import Gallery
from faces.errors import FaceError


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@collection
@talks
@needs_arrow
def export(gallery: Gallery, console: Console, *, file: Path, collection_id: str) -> Exit:
    """Write every template of a collection to FILE, a Parquet file; docs/bulk.md says how.

    FILE appears when it is complete. Until then FILE.part keeps what there is, and the
    same command goes on from there, within a day.
    """
    from client.bulk.download import download  # noqa: PLC0415  # needs pyarrow
    from client.bulk.part import Part  # noqa: PLC0415
    from client.bulk.progress import bar  # noqa: PLC0415

    if file.exists():
        raise click.UsageError(f"{file} is there already")
    found = collection_of(gallery, collection_id)
    began = time.monotonic()
    try:
        with Part(file, found) as part:
            before = part.count
            if before:
                console.say(f"going on behind the {before:,} templates of {file}.part")
            with bar(console, found.template_count, before) as report:
                download(gallery, collection_id, part, report)
            part.finish()
    except (KeyboardInterrupt, FaceError) as error:
        console.complain(
            f"stopped: {part.count:,} of {found.template_count:,} templates are in {file}.part;"
            " the same command goes on from there"
        )
        if isinstance(error, FaceError):
            raise
        return Exit.INTERRUPTED
    _tell(console, file, part.count, time.monotonic() - began)
    return Exit.OK


def _tell(console: Console, file: Path, count: int, took_s: float) -> None:
    if console.as_json:
        console.answer({"file": file, "template_count": count, "took_s": round(took_s, 3)})
    else:
        console.say(f"exported {count:,} templates to {file} in {took_s:.1f} s")
