"""The command that exports a collection."""

import signal
import threading
import time
from pathlib import Path

import click

from client.calls.maintenance import get_sealing
from client.commands.gallery.import_ import collection_of
from client.commands.gallery.options import collection, needs_arrow, sealing_keys, talks
from client.console import Console
from client.exits import Exit
from client.gallery import Gallery
from faces.errors import FaceError
from meshkit.sealing import UNSEALED


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@collection
@sealing_keys
@talks
@needs_arrow
def export(
    gallery: Gallery, console: Console, *, file: Path, collection_id: str, sealing_keys: Path | None
) -> Exit:
    """Write every template of a collection to FILE, a Parquet file; docs/bulk.md says how.

    FILE appears when it is complete. If it is stopped before, FILE.part keeps what came,
    and the same command goes on from there, within a day.
    """
    from client.bulk.download import download  # noqa: PLC0415  # needs pyarrow
    from client.bulk.part import Part  # noqa: PLC0415
    from client.bulk.progress import bar  # noqa: PLC0415
    from client.bulk.sealed import Lock  # noqa: PLC0415

    if file.exists():
        raise click.UsageError(f"{file} is there already")
    _stop_like_ctrl_c()
    found = collection_of(gallery, collection_id)
    if not sealing_keys and gallery.run(get_sealing()).key_id != UNSEALED:
        console.complain(
            f"{file} is not encrypted, as the gallery's templates are: see --sealing-keys"
        )
    began = time.monotonic()
    part = Part(file, found, Lock(sealing_keys) if sealing_keys else None)
    try:
        with part:
            before = part.count
            if before:
                console.say(f"going on behind the {before:,} templates of {file}.part")
            with bar(console, found.template_count, before) as report:
                download(gallery, collection_id, part, report)
            part.finish()
    except (KeyboardInterrupt, FaceError, OSError) as error:
        _explain(console, file, part.kept, found.template_count)
        if isinstance(error, KeyboardInterrupt):
            return Exit.INTERRUPTED
        if isinstance(error, OSError):
            error.filename = error.filename or str(file)  # pyarrow does not say which
        raise
    _tell(console, file, part.count, time.monotonic() - began)
    return Exit.OK


def _stop_like_ctrl_c() -> None:
    """Let SIGTERM stop an export as Ctrl-C does, so that what came is kept."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _explain(console: Console, file: Path, kept: int, total: int) -> None:
    """Say how far an export came, and how it goes on."""
    if kept:
        so_far = f"{kept:,} of {total:,} templates are in {file}.part"
        console.complain(f"stopped: {so_far}; the same command goes on from there")
    else:
        console.complain("stopped: nothing is kept; the same command begins anew")


def _tell(console: Console, file: Path, count: int, took_s: float) -> None:
    if console.as_json:
        console.answer({"file": file, "template_count": count, "took_s": round(took_s, 3)})
    else:
        console.say(f"exported {count:,} templates to {file} in {took_s:.1f} s")
