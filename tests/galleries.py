"""A gallery in tests: calls in few words, and vectors of nobody."""

import contextlib
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import numpy as np
import pytest
from numpy.typing import NDArray

from meshkit import status
from services.gallery.config import Config
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub

if TYPE_CHECKING:
    from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceAsyncStub

    Stub = GalleryServiceAsyncStub
else:
    Stub = GalleryServiceStub

STAFF = "staff"
CONTRACT = "arc8-test"
DIMENSION = 8


def unit_vectors(count: int, dimension: int = DIMENSION, seed: int = 0) -> NDArray[np.float32]:
    """Random directions: shape (count, dimension)."""
    drawn = np.random.default_rng(seed).standard_normal((count, dimension))
    unit: NDArray[np.float32] = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype("f4")
    return unit


def new_id() -> str:
    """An identifier for a new request."""
    return str(uuid.uuid4())


@contextlib.asynccontextmanager
async def stub(port: int) -> AsyncIterator[Stub]:
    """A client without retries: what fails is seen."""
    options = [("grpc.enable_retries", 0)]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
        yield GalleryServiceStub(channel)


def create(collection_id: str = STAFF, **fields: Any) -> pb.CreateCollectionRequest:
    """Ask for a collection of the test contract."""
    values: dict[str, Any] = {
        "request_id": new_id(),
        "contract_id": CONTRACT,
        "dimension": DIMENSION,
    } | fields
    return pb.CreateCollectionRequest(collection_id=collection_id, **values)


def add(person_id: str, *vectors: Any, **fields: Any) -> pb.AddTemplatesRequest:
    """Ask for templates of one person, each of quality 0.5."""
    templates = [pb.NewTemplate(vector=vector, quality=0.5) for vector in vectors]
    values = {
        "request_id": new_id(),
        "collection_id": STAFF,
        "contract_id": CONTRACT,
        "templates": templates,
    }
    return pb.AddTemplatesRequest(person_id=person_id, **(values | fields))


def delete(person_id: str, **fields: Any) -> pb.DeletePersonRequest:
    """Ask for one person to be forgotten."""
    values = {"request_id": new_id(), "collection_id": STAFF} | fields
    return pb.DeletePersonRequest(person_id=person_id, **values)


def search(*vectors: Any, **fields: Any) -> pb.SearchPersonsRequest:
    """Ask who resembles each vector."""
    probes = [pb.Probe(vector=vector) for vector in vectors]
    values = {"collection_id": STAFF, "contract_id": CONTRACT, "probes": probes} | fields
    return pb.SearchPersonsRequest(**values)


def score(person_id: str, vector: Any, **fields: Any) -> pb.ScorePersonRequest:
    """Ask how much one person resembles a vector."""
    values = {"collection_id": STAFF, "contract_id": CONTRACT} | fields
    return pb.ScorePersonRequest(person_id=person_id, probe=pb.Probe(vector=vector), **values)


def names(result: pb.SearchResult) -> list[str]:
    """Persons found for one probe, best first."""
    return [person.person_id for person in result.persons]


async def refused(call: Any) -> tuple[grpc.StatusCode, str, dict[str, str]]:
    """Code, reason and metadata of a call that must fail."""
    with pytest.raises(grpc.aio.AioRpcError) as failure:
        await call

    info = status.info_of(failure.value)
    assert info is not None, failure.value
    return failure.value.code(), info.reason, dict(info.metadata)


async def unless_missing(call: Any) -> Any:
    """The answer of a call, or None if what it names was just deleted by somebody."""
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.NOT_FOUND:
            raise
        return None


def config(path: Path) -> Config:
    """A gallery in this process, on a free port."""
    return Config(path=path, host="127.0.0.1", port=0, drain_s=0, grace_s=5)
