"""Requests that change something, but for their samples."""

import hashlib
from typing import TYPE_CHECKING

from faces import fields
from services.gallery.rules import NewCollection
from services.gallery.store import Request
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1 import maintenance_pb2

if TYPE_CHECKING:
    WriteMessage = (
        pb.CreateCollectionRequest
        | pb.DeleteCollectionRequest
        | pb.AddTemplatesRequest
        | pb.DeletePersonRequest
        | pb.DeleteTemplateRequest
        | maintenance_pb2.TuneCollectionRequest
    )

MAX_DIMENSION = 4096

_CONTRACT_CHARACTERS = 128


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
        contract_id=contract_id(message.contract_id),
        dimension=int(fields.within(message.dimension, "dimension", low=1, high=MAX_DIMENSION)),
    )


def decode_template_id(message: pb.DeleteTemplateRequest) -> str:
    """A template's identifier, of whatever shape."""
    return fields.words(message.template_id, "template_id", limit=64)


def contract_id(text: str) -> str:
    """An embedding contract, known or not."""
    return fields.words(text, "contract_id", limit=_CONTRACT_CHARACTERS)
