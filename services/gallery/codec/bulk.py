"""Bulk transfer on the wire: streams of messages, each a commit of its own."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from faces import fields
from faces.errors import FieldInvalid, FieldMissing
from services.gallery.codec.records import decode_records, encode_records
from services.gallery.codec.samples import fingerprint_of
from services.gallery.records import Collection
from services.gallery.store import Sample
from services.gallery.transfer import Parcel
from sureface.gallery.v1 import gallery_pb2 as pb

_KEY = re.compile("[0-9]{1,18}")

_HEAD = ("collection_id", "contract_id", "import_id", "first_sequence")
"""Fields of the first message that are said for all."""


@dataclass(frozen=True, slots=True)
class _Head:
    """What the first message of an import says of all of them."""

    collection_id: str
    contract_id: str
    import_id: str


async def decode_import(
    messages: AsyncIterator[pb.ImportTemplatesRequest],
) -> AsyncIterator[Parcel]:
    """The parcels of an import, as its messages come."""
    head: _Head | None = None
    sequence = 0
    async for message in messages:
        if head is None:
            head, sequence = _head(message), message.first_sequence
        # Thousands of records take longer than the loop should stand still.
        yield await asyncio.to_thread(_parcel, head, message, sequence)
        sequence += 1
    if head is None:
        raise FieldMissing(field="collection_id")


def decode_import_id(text: str) -> str:
    """The UUID of an import, in its canonical spelling."""
    return fields.request_id(text, "import_id")


def decode_after(message: pb.ExportTemplatesRequest) -> int:
    """The key behind which an export begins."""
    text = message.after_template_id
    if text and not _KEY.fullmatch(text):
        raise FieldInvalid(field="after_template_id", rule="must come from an export")
    return int(text or 0)


def exported(
    collection: Collection, samples: Sequence[Sample], *, first: bool
) -> pb.ExportTemplatesResponse:
    """One message of an export."""
    return pb.ExportTemplatesResponse(
        contract_id=collection.contract_id,
        records=encode_records(samples),
        dimension=collection.dimension,
        template_count=collection.template_count if first else 0,
    )


def _head(message: pb.ImportTemplatesRequest) -> _Head:
    if message.first_sequence < 0:
        raise FieldInvalid(field="first_sequence", rule="must not be negative")
    return _Head(
        fields.collection_id(message.collection_id),
        message.contract_id,
        decode_import_id(message.import_id),
    )


def _parcel(head: _Head, message: pb.ImportTemplatesRequest, sequence: int) -> Parcel:
    """Decode a message, which is used up. A fingerprint stands for its records."""
    records = decode_records(head.collection_id, head.contract_id, message.records)
    # The same records are the same request, wherever a stream begins.
    for field in _HEAD:
        message.ClearField(field)  # type: ignore[arg-type]  # names of fields
    rest = message.SerializeToString(deterministic=True)
    digest = hashlib.sha256(f"{head.collection_id} {head.contract_id} ".encode())
    digest.update(fingerprint_of(message) or rest)
    return Parcel(
        import_id=head.import_id,
        sequence=sequence,
        digest=digest.digest(),
        records=records,
        nbytes=len(rest),
    )
