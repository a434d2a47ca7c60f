"""Samples on their way into the gallery: vectors and what is said of them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from google.protobuf.timestamp_pb2 import Timestamp
from numpy.typing import NDArray

from faces import fields
from faces.errors import FieldInvalid
from services.gallery.codec.requests import contract_id
from services.gallery.rules import NewRecords, NewTemplates
from sureface.gallery.v1 import gallery_pb2 as pb

MAX_VECTORS = 64
"""Most templates of one call."""

MAX_RECORDS = 4096
"""Most templates of one message of an import."""

_SOURCE_CHARACTERS = 256
_FINGERPRINT_BYTES = 64
_ANNOTATION_BYTES = 65536
_VALUE_BYTES = 4


class Carrier(Protocol):
    """A message that carries a vector in one of two ways."""

    packed_vector: bytes

    @property
    def vector(self) -> Sequence[float]:
        """As numbers."""
        ...


def vector_of(message: Carrier) -> NDArray[np.float32]:
    """The vector of a message, of any length and with any values."""
    packed = message.packed_vector
    if not packed:
        return np.array(message.vector, np.float32)
    if message.vector:
        raise FieldInvalid(field="packed_vector", rule="must be empty if vector is set")
    if len(packed) % _VALUE_BYTES:
        raise FieldInvalid(field="packed_vector", rule="must be 4 bytes for each value")
    return np.frombuffer(packed, "<f4")


def decode_templates(message: pb.AddTemplatesRequest) -> NewTemplates:
    """Templates that somebody wants added. Vectors are not checked yet."""
    samples = message.templates
    fields.count(len(samples), "templates", limit=MAX_VECTORS)
    _bounded("fingerprint", message.fingerprint, _FINGERPRINT_BYTES)
    _bounded("annotation", message.annotation, _ANNOTATION_BYTES)
    return NewTemplates(
        collection_id=fields.collection_id(message.collection_id),
        person_id=fields.person_id(message.person_id),
        contract_id=contract_id(message.contract_id),
        vectors=list(map(vector_of, samples)),
        qualities=list(map(_quality, samples)),
        source_ids=list(map(_source_id, samples)),
        captured_us=list(map(_captured_us, samples)),
        template_labels=[_labels(sample.labels) for sample in samples],
        labels=_labels(message.labels),
        annotation=message.annotation,
    )


def decode_records(
    collection_id: str, contract: str, records: Sequence[pb.TemplateRecord]
) -> NewRecords:
    """One message of an import. Vectors are not checked yet."""
    fields.count(len(records), "records", limit=MAX_RECORDS)
    samples = [record.template for record in records]
    return NewRecords(
        collection_id=fields.collection_id(collection_id),
        contract_id=contract_id(contract),
        person_ids=[fields.person_id(record.person_id) for record in records],
        person_labels=[_labels(record.person_labels) for record in records],
        vectors=list(map(vector_of, samples)),
        qualities=list(map(_quality, samples)),
        source_ids=list(map(_source_id, samples)),
        captured_us=list(map(_captured_us, samples)),
        template_labels=[_labels(sample.labels) for sample in samples],
    )


def microseconds(time: Timestamp, field: str) -> int:
    """A time as the gallery keeps it: microseconds since 1970, UTC."""
    try:
        time.ToDatetime()  # checks the range
    except ValueError:
        raise FieldInvalid(
            field=field, rule="must be a time between the years 1 and 9999"
        ) from None
    return time.ToMicroseconds()


def _quality(sample: pb.NewTemplate) -> float:
    return fields.within(sample.quality, "quality", low=0, high=1)


def _source_id(sample: pb.NewTemplate) -> str:
    return fields.words(sample.source_id, "source_id", limit=_SOURCE_CHARACTERS, required=False)


def _captured_us(sample: pb.NewTemplate) -> int | None:
    if not sample.HasField("capture_time"):
        return None
    return microseconds(sample.capture_time, "capture_time")


def _labels(given: Mapping[str, str]) -> dict[str, str]:
    return fields.labels(dict(given)) if given else {}


def _bounded(field: str, given: bytes, limit: int) -> None:
    if len(given) > limit:
        raise FieldInvalid(field=field, rule=f"must have at most {limit} bytes")
