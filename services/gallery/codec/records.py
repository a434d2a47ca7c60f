"""Templates in bulk on the wire: thousands in a message, so what is done for each is little."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from faces import fields
from faces.embedding import Vectors
from faces.errors import FieldInvalid, FieldMissing
from services.gallery.codec.replies import time
from services.gallery.codec.requests import contract_id
from services.gallery.codec.samples import (
    captured_us_of,
    labels_of,
    quality_of,
    source_id_of,
    vector_of,
)
from services.gallery.rules import NewRecords
from services.gallery.store import Sample
from sureface.gallery.v1 import gallery_pb2 as pb

T = TypeVar("T")
R = TypeVar("R")

MAX_RECORDS = 4096
"""Most templates of one message of an import."""

_VALUE_BYTES = 4


def decode_records(
    collection_id: str, contract: str, records: Sequence[pb.TemplateRecord]
) -> NewRecords:
    """One message of an import. Vectors are not checked yet.

    Raises:
        BatchSize: No record, or too many.
        FieldInvalid: One is malformed; its place is in the field's name, as in all
            errors about one record.
    """
    fields.count(len(records), "records", limit=MAX_RECORDS)
    samples = [record.template for record in records]
    return NewRecords(
        collection_id=fields.collection_id(collection_id),
        contract_id=contract_id(contract),
        person_ids=_column([record.person_id for record in records], fields.person_id, ""),
        person_labels=_column([r.person_labels for r in records], labels_of, "person_"),
        vectors=_vectors(samples),
        qualities=_column(samples, quality_of),
        source_ids=_column(samples, source_id_of),
        captured_us=_column(samples, captured_us_of),
        template_labels=_column(samples, lambda sample: labels_of(sample.labels)),
    )


def encode_records(samples: Sequence[Sample]) -> list[pb.TemplateRecord]:
    """Stored templates, as an import takes them."""
    return [_record(sample) for sample in samples]


def _column(given: Sequence[T], read: Callable[[T], R], path: str = "template.") -> list[R]:
    """Read one field of every record; an error says which record it is about."""
    values: list[R] = []
    try:
        for each in given:
            values.append(read(each))  # noqa: PERF401  # how many there are says where it stopped
    except (FieldMissing, FieldInvalid) as error:
        field = f"records[{len(values)}].{path}{error.metadata['field']}"
        raise type(error)(**(error.metadata | {"field": field})) from None
    return values


def _vectors(samples: Sequence[pb.NewTemplate]) -> Vectors | Sequence[NDArray[np.float32]]:
    """All vectors: at once where they are packed alike, one by one otherwise."""
    packed = [sample.packed_vector for sample in samples]
    [size, *others] = set(map(len, packed))
    if others or not size or size % _VALUE_BYTES or any(sample.vector for sample in samples):
        return _column(samples, vector_of)
    together: Vectors = np.frombuffer(b"".join(packed), "<f4").reshape(len(packed), -1)
    return together


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
