"""Wire messages to domain values. Validates whatever a type cannot."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from faces import fields
from faces.errors import FieldInvalid, FieldMissing
from services.gallery.gallery import Probes
from services.gallery.rules import NewCollection, NewTemplates
from services.gallery.store import Request
from sureface.gallery.v1 import gallery_pb2 as pb

if TYPE_CHECKING:
    WriteMessage = (
        pb.CreateCollectionRequest
        | pb.DeleteCollectionRequest
        | pb.AddTemplatesRequest
        | pb.DeletePersonRequest
        | pb.DeleteTemplateRequest
    )

MAX_DIMENSION = 4096
MAX_VECTORS = 64
"""Most templates or probes of one call."""

MAX_LIMIT = 100
DEFAULT_LIMIT = 10
"""Persons per probe."""

_CONTRACT_CHARACTERS = 128
_SOURCE_CHARACTERS = 256
_FINGERPRINT_BYTES = 64
_ANNOTATION_BYTES = 65536


def request_of(message: "WriteMessage") -> Request:
    """What makes a write idempotent: its id, and a digest of all the rest.

    A fingerprint stands for the templates: those of one photo differ in the last digit.
    """
    request_id = fields.request_id(message.request_id)
    rest = type(message)()
    rest.CopyFrom(message)  # type: ignore[arg-type]  # of the same type, by the line above
    rest.ClearField("request_id")
    if isinstance(rest, pb.AddTemplatesRequest):
        rest.ClearField("annotation")
        if rest.fingerprint:
            rest.ClearField("templates")
    digest = hashlib.sha256(rest.SerializeToString(deterministic=True)).digest()
    return Request(request_id=request_id, rpc=message.DESCRIPTOR.name, digest=digest)


def decode_collection(message: pb.CreateCollectionRequest) -> NewCollection:
    """A collection that somebody wants."""
    return NewCollection(
        collection_id=fields.collection_id(message.collection_id),
        contract_id=_contract_id(message.contract_id),
        dimension=int(fields.within(message.dimension, "dimension", low=1, high=MAX_DIMENSION)),
    )


def decode_templates(message: pb.AddTemplatesRequest) -> NewTemplates:
    """Templates that somebody wants added. Vectors are not checked yet."""
    fields.count(len(message.templates), "templates", limit=MAX_VECTORS)
    if len(message.fingerprint) > _FINGERPRINT_BYTES:
        rule = f"must have at most {_FINGERPRINT_BYTES} bytes"
        raise FieldInvalid(field="fingerprint", rule=rule)
    if len(message.annotation) > _ANNOTATION_BYTES:
        rule = f"must have at most {_ANNOTATION_BYTES} bytes"
        raise FieldInvalid(field="annotation", rule=rule)
    return NewTemplates(
        collection_id=fields.collection_id(message.collection_id),
        person_id=fields.person_id(message.person_id),
        contract_id=_contract_id(message.contract_id),
        vectors=_vectors(message.templates),
        qualities=tuple(
            fields.within(template.quality, "quality", low=0, high=1)
            for template in message.templates
        ),
        source_ids=tuple(
            fields.words(template.source_id, "source_id", limit=_SOURCE_CHARACTERS, required=False)
            for template in message.templates
        ),
        labels=fields.labels(dict(message.labels)),
        annotation=message.annotation,
    )


def decode_search(message: pb.SearchPersonsRequest) -> tuple[Probes, int]:
    """Probes, not checked yet, and how many persons are wanted for each."""
    fields.count(len(message.probes), "probes", limit=MAX_VECTORS)
    limit = int(fields.within(message.limit, "limit", low=0, high=MAX_LIMIT))
    probes = Probes(
        collection_id=fields.collection_id(message.collection_id),
        contract_id=_contract_id(message.contract_id),
        vectors=_vectors(message.probes),
    )
    return probes, limit or DEFAULT_LIMIT


def decode_score(message: pb.ScorePersonRequest) -> tuple[Probes, str]:
    """One probe, not checked yet, and whom it is compared with."""
    if not message.HasField("probe"):
        raise FieldMissing(field="probe")
    probe = Probes(
        collection_id=fields.collection_id(message.collection_id),
        contract_id=_contract_id(message.contract_id),
        vectors=_vectors([message.probe]),
    )
    return probe, fields.person_id(message.person_id)


def decode_template_id(message: pb.DeleteTemplateRequest) -> str:
    """A template's identifier, of whatever shape."""
    return fields.words(message.template_id, "template_id", limit=64)


def _contract_id(text: str) -> str:
    return fields.words(text, "contract_id", limit=_CONTRACT_CHARACTERS)


def _vectors(messages: Sequence[pb.NewTemplate | pb.Probe]) -> list[NDArray[np.float32]]:
    return [np.array(message.vector, np.float32) for message in messages]
