"""Imports and exports in tests, in few words."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from client.types import Collection
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import CONTRACT, DIMENSION, STAFF, Stub, new_id, unit_vectors

VECTORS = unit_vectors(64, seed=7)


def record(person_id: str, vector: Any = VECTORS[0], **fields: Any) -> pb.TemplateRecord:
    """A template of somebody, of quality 0.5 unless said otherwise."""
    labels = fields.pop("person_labels", None)
    template = pb.NewTemplate(packed_vector=vector.tobytes(), **({"quality": 0.5} | fields))
    return pb.TemplateRecord(person_id=person_id, template=template, person_labels=labels)


def people(count: int, first: int = 0) -> list[pb.TemplateRecord]:
    """One template each of p0, p1, and so on."""
    return [record(f"p{n}", VECTORS[n % 64]) for n in range(first, first + count)]


def templates(*numbers: int) -> list[pb.TemplateRecord]:
    """Templates as a gallery exports them, of p0, p1, and so on."""
    made = []
    for number in numbers:
        each = record(f"p{number}", VECTORS[number], labels={"camera": "7"})
        each.template_id = str(number)
        made.append(each)
    return made


def collection(**fields: Any) -> Collection:
    """The collection of the tests, as a client sees it."""
    values: dict[str, Any] = {
        "collection_id": STAFF,
        "contract_id": CONTRACT,
        "dimension": DIMENSION,
        "person_count": 0,
        "template_count": 0,
        "create_time": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    }
    return Collection(**(values | fields))


def stream(
    *messages: Sequence[pb.TemplateRecord], first: int = 0, **fields: Any
) -> list[pb.ImportTemplatesRequest]:
    """The messages of an import, or its rest from one of them on."""
    head = {"collection_id": STAFF, "contract_id": CONTRACT, "import_id": new_id()} | fields
    requests = [pb.ImportTemplatesRequest(records=records) for records in messages]
    requests[0].MergeFrom(pb.ImportTemplatesRequest(first_sequence=first, **head))
    return requests


async def send(gallery: Stub, messages: Iterable[Any]) -> pb.ImportTemplatesResponse:
    """Import a stream."""
    return await gallery.ImportTemplates(iter(messages))


async def progress(gallery: Stub, import_id: str) -> int:
    """Messages of an import that are stored."""
    reply = await gallery.GetImport(pb.GetImportRequest(import_id=import_id))
    return reply.next_sequence


async def exported(gallery: Stub, collection_id: str = STAFF, after: str = "") -> list[Any]:
    """Every record of an export."""
    return [each async for message in messages(gallery, collection_id, after) for each in message]


async def messages(
    gallery: Stub, collection_id: str = STAFF, after: str = ""
) -> AsyncIterator[Sequence[pb.TemplateRecord]]:
    """The records of an export, message by message."""
    request = pb.ExportTemplatesRequest(collection_id=collection_id, after_template_id=after)
    async for message in gallery.ExportTemplates(request):
        yield message.records


async def names(gallery: Stub, collection_id: str = STAFF) -> list[str]:
    """Whose templates are stored, in the order in which they came."""
    return [record.person_id for record in await exported(gallery, collection_id)]
