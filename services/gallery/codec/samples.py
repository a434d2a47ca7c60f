"""Samples on their way into the gallery: vectors and what is said of them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

import numpy as np
from google.protobuf.timestamp_pb2 import Timestamp
from numpy.typing import NDArray

from faces import fields
from faces.errors import FieldInvalid
from services.gallery.codec.requests import contract_id
from services.gallery.rules import NewTemplates
from sureface.gallery.v1 import gallery_pb2 as pb

MAX_VECTORS = 64
"""Most templates of one call."""

_SOURCE_CHARACTERS = 256
_FINGERPRINT_BYTES = 64
_ANNOTATION_BYTES = 65536
_VALUE_BYTES = 4
_NO_LABELS: Mapping[str, str] = MappingProxyType({})
"""One for all: an import of a million templates has most of them."""
_YEAR_1_S, _YEAR_10000_S = -62_135_596_800, 253_402_300_800
"""Seconds from 1970 to the first and to the last moment that a Timestamp can be."""


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
    fingerprint_of(message)
    _bounded("annotation", message.annotation, _ANNOTATION_BYTES)
    return NewTemplates(
        collection_id=fields.collection_id(message.collection_id),
        person_id=fields.person_id(message.person_id),
        contract_id=contract_id(message.contract_id),
        vectors=list(map(vector_of, samples)),
        qualities=list(map(quality_of, samples)),
        source_ids=list(map(source_id_of, samples)),
        captured_us=list(map(captured_us_of, samples)),
        template_labels=[labels_of(sample.labels) for sample in samples],
        labels=labels_of(message.labels),
        annotation=message.annotation,
    )


def microseconds(time: Timestamp, field: str) -> int:
    """A time as the gallery keeps it: microseconds since 1970, UTC."""
    seconds, nanos = time.seconds, time.nanos
    if not (_YEAR_1_S <= seconds < _YEAR_10000_S and 0 <= nanos < 10**9):
        raise FieldInvalid(field=field, rule="must be a time between the years 1 and 9999")
    return seconds * 1_000_000 + nanos // 1000


def quality_of(sample: pb.NewTemplate) -> float:
    """The quality score of a sample."""
    return fields.within(sample.quality, "quality", low=0, high=1)


def source_id_of(sample: pb.NewTemplate) -> str:
    """Where a sample came from, if that was said."""
    return fields.words(sample.source_id, "source_id", limit=_SOURCE_CHARACTERS, required=False)


def captured_us_of(sample: pb.NewTemplate) -> int | None:
    """When a sample was captured, if that was said."""
    if not sample.HasField("capture_time"):
        return None
    return microseconds(sample.capture_time, "capture_time")


def labels_of(given: Mapping[str, str]) -> Mapping[str, str]:
    """The labels of a person or a sample."""
    return fields.labels(dict(given)) if given else _NO_LABELS


def fingerprint_of(message: pb.AddTemplatesRequest | pb.ImportTemplatesRequest) -> bytes:
    """What stands for the templates of a message; empty if nothing does."""
    _bounded("fingerprint", message.fingerprint, _FINGERPRINT_BYTES)
    return message.fingerprint


def _bounded(field: str, given: bytes, limit: int) -> None:
    if len(given) > limit:
        raise FieldInvalid(field=field, rule=f"must have at most {limit} bytes")
