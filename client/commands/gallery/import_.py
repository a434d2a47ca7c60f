"""The command that imports a Parquet file."""

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from client.bulk.unfit import UnfitError
from client.calls.prepared import fresh, prepare
from client.codec import enrollment as codec
from client.commands.gallery.options import collection, needs_arrow, sealing_keys, talks
from client.console import Console
from client.exits import Exit, of_error
from client.gallery import Gallery
from client.types import Collection
from faces.contract import require_contract
from faces.errors import CollectionExists, FaceError
from sureface.gallery.v1 import gallery_pb2 as pb

if TYPE_CHECKING:
    from client.bulk.reading import TemplateFile
    from client.bulk.upload import Upload


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@collection
@click.option("--create", is_flag=True, help="Create the collection if it is not there.")
@click.option("--contract", "contract_id", help="Of the vectors, if FILE does not say.")
@click.option(
    "--quality", type=click.FloatRange(0, 1), help="Of all templates, if FILE does not say."
)
@click.option(
    "--import-id",
    type=click.UUID,
    help="A new UUID imports once more what was imported before.",
)
@sealing_keys
@talks
@needs_arrow
def import_(
    gallery: Gallery,
    console: Console,
    *,
    file: Path,
    collection_id: str,
    create: bool,
    contract_id: str | None,
    quality: float | None,
    import_id: object,
    sealing_keys: Path | None,
) -> Exit:
    """Import the templates of FILE, a Parquet file; docs/bulk.md lists its columns.

    The same command again goes on where it stopped, and does nothing once all is
    imported. A gallery remembers that for 24 hours, unless configured otherwise.
    """
    from client.bulk.reading import TemplateFile  # noqa: PLC0415  # needs pyarrow
    from client.bulk.sealed import Lock  # noqa: PLC0415
    from client.bulk.upload import Upload, import_id_of  # noqa: PLC0415

    lock = Lock(sealing_keys) if sealing_keys else None
    try:
        source = TemplateFile(file, contract_id=contract_id, quality=quality, lock=lock)
        target = _target(gallery, collection_id, source, create=create)
        source.require(target.dimension)
        name = str(import_id) if import_id else import_id_of(source, target, quality)
        return _run(gallery, console, Upload(file=source, collection=target, import_id=name))
    except UnfitError as error:
        console.complain(f"{file}: {error}")
        return Exit.USAGE


def _target(
    gallery: Gallery, collection_id: str, file: "TemplateFile", *, create: bool
) -> Collection:
    """The collection to import into, which must be of the file's contract."""
    if create and file.dimension:
        wanted = pb.CreateCollectionRequest(
            request_id=fresh(None),
            collection_id=collection_id,
            contract_id=file.contract_id,
            dimension=file.dimension,
        )
        with contextlib.suppress(CollectionExists):
            gallery.run(prepare(wanted, pb.CreateCollectionResponse, lambda answer: answer))
    target = collection_of(gallery, collection_id)
    require_contract(file.contract_id, served=target.contract_id)
    return target


def collection_of(gallery: Gallery, collection_id: str) -> Collection:
    """Ask for one collection."""
    request = pb.GetCollectionRequest(collection_id=collection_id)
    return gallery.run(
        prepare(
            request, pb.GetCollectionResponse, lambda answer: codec.collection(answer.collection)
        )
    )


def _run(gallery: Gallery, console: Console, upload: "Upload") -> Exit:
    from client.bulk.progress import bar  # noqa: PLC0415  # rich is slow to load

    total, before = upload.file.count, upload.stored(gallery)
    if 0 < before < total:
        console.say(f"going on: {before:,} of {total:,} templates are stored already")
    began = time.monotonic()
    try:
        with bar(console, total, before) as report:
            upload.run(gallery, report)
    except KeyboardInterrupt:
        _explain(gallery, console, upload, None)
        return Exit.INTERRUPTED
    except (FaceError, UnfitError) as error:
        _explain(gallery, console, upload, error)
        raise
    _tell(console, upload, before, time.monotonic() - began)
    return Exit.OK


def _explain(gallery: Gallery, console: Console, upload: "Upload", error: Exception | None) -> None:
    """Say how far an import came, and how it goes on."""
    from client.bulk.upload import blamed  # noqa: PLC0415  # needs pyarrow

    try:
        stored = upload.stored(gallery)
    except FaceError:
        console.complain("stopped; the same command goes on where it was")
        return
    so_far = f"stopped: {stored:,} of {upload.file.count:,} templates are stored"
    refused = isinstance(error, FaceError) and of_error(error) is Exit.REFUSED
    if not (refused or isinstance(error, UnfitError)):
        console.complain(f"{so_far}; the same command goes on from there")
        return
    place = blamed(error) if isinstance(error, FaceError) else None
    row = "" if place is None else f"; row {stored + place} is refused"
    # A file with another row is another import, unless it is said to be the same.
    again = f"once the file is mended, --import-id {upload.import_id} goes on"
    console.complain(f"{so_far}{row}; {again}")


def _tell(console: Console, upload: "Upload", before: int, took_s: float) -> None:
    total, where = upload.file.count, upload.collection.collection_id
    if console.as_json:
        console.answer(
            {
                "collection_id": where,
                "import_id": upload.import_id,
                "template_count": total,
                "imported_count": total - before,
                "took_s": round(took_s, 3),
            }
        )
    elif before == total:
        console.say(f"nothing to do: all {total:,} templates were imported into {where} before")
    else:
        count = total - before
        rate = f"{took_s:.1f} s, {count / max(took_s, 1e-9):,.0f} a second"
        console.say(f"imported {count:,} templates into {where} in {rate}")
