"""Bulk transfer on the wire."""

import asyncio
import hashlib
import re
import uuid
from collections.abc import AsyncIterator, Sequence

from faces import fields
from faces.errors import FieldInvalid, FieldMissing
from services.gallery.codec.replies import time
from services.gallery.codec.samples import decode_records
from services.gallery.records import Collection
from services.gallery.store import Request, Sample
from services.gallery.transfer import Parcel, parcel_id
from sureface.gallery.v1 import gallery_pb2 as pb

_KEY = re.compile("[0-9]{1,18}")


async def decode_import(
    messages: AsyncIterator[pb.ImportTemplatesRequest],
) -> AsyncIterator[Parcel]:
    """The parcels of an import, as its messages come."""
    head: pb.ImportTemplatesRequest | None = None
    sequence = 0
    async for message in messages:
        if head is None:
            head, sequence = message, message.first_sequence
            _check_head(head)
        # Thousands of records take longer than the loop should stand still.
        yield await asyncio.to_thread(_parcel, head, message, sequence)
        sequence += 1
    if head is None:
        raise FieldMissing(field="collection_id")


def decode_import_id(text: str) -> str:
    """The UUID of an import, in its canonical spelling."""
    if not text:
        raise FieldMissing(field="import_id")
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise FieldInvalid(field="import_id", rule="must be a UUID") from None


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
        records=map(_record, samples),
        dimension=collection.dimension,
        template_count=collection.template_count if first else 0,
    )


def _check_head(message: pb.ImportTemplatesRequest) -> None:
    decode_import_id(message.import_id)
    fields.collection_id(message.collection_id)
    if message.first_sequence < 0:
        raise FieldInvalid(field="first_sequence", rule="must not be negative")


def _parcel(
    head: pb.ImportTemplatesRequest, message: pb.ImportTemplatesRequest, sequence: int
) -> Parcel:
    records = decode_records(head.collection_id, head.contract_id, message.records)
    digest = hashlib.sha256(f"{head.collection_id} {head.contract_id} ".encode())
    for record in message.records:
        digest.update(record.SerializeToString(deterministic=True))
    request = Request(
        request_id=parcel_id(head.import_id, sequence),
        rpc="ImportTemplates",
        digest=digest.digest(),
    )
    return Parcel(request, records)


def _record(sample: Sample) -> pb.TemplateRecord:
    template = sample.template
    return pb.TemplateRecord(
        person_id=sample.person_id,
        template=pb.NewTemplate(
            packed_vector=sample.vector.astype("<f4").tobytes(),
            quality=template.quality,
            source_id=template.source_id,
            labels=template.labels,
            capture_time=time(template.captured_us),
        ),
        person_labels=sample.person_labels,
        template_id=str(template.key),
        create_time=time(template.created_us),
    )
