"""The same people in two collections of a mesh, one of them under a key."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np

from client import AsyncSureface
from faces.embedding import Vectors
from sureface.enrollment.v1 import enrollment_pb2 as pb
from tests.mesh.mesh import Mesh, mesh
from tests.photos import photo
from tests.processes import service
from tests.sealing import KEY, key_file
from tests.workers import SERVICES

PEOPLE = {"p1": "obama", "p2": "biden"}
CASE: dict[str, Any] = {"case_id": "case-7", "purpose": "test", "operator_id": "searcher"}


@contextlib.asynccontextmanager
async def keyed_mesh(folder: Path) -> AsyncIterator[Mesh]:
    """Run a mesh in which all collections but ``plain`` are under a key; with media for jobs."""
    (media := folder / "media").mkdir()
    (media / "door.jpg").write_bytes(photo("obama2"))
    keys = key_file(folder / "template-keys", f"* {KEY}", "plain plain")
    told = {"TEMPLATE_KEYS": keys, "MEDIA": media, "OUTPUT": folder / "found"}
    async with mesh(folder, gateway=told) as running:
        await running.enrol("plain", **PEOPLE)
        await running.enrol("keyed", **PEOPLE)
        yield running


@contextlib.asynccontextmanager
async def another(running: Mesh, folder: Path, *lines: str) -> AsyncIterator[AsyncSureface]:
    """A second gateway in front of the same services, with other keys, or none."""
    keys = {"TEMPLATE_KEYS": key_file(folder / "others", *lines)} if lines else {}
    addresses = {name.upper(): f"127.0.0.1:{running.processes[name].port}" for name in SERVICES}
    async with (
        service("gateway", DATA=folder / "data", **addresses, **keys) as process,
        AsyncSureface(f"127.0.0.1:{process.port}") as client,
    ):
        yield client


def client_of(running: Mesh) -> AsyncSureface:
    return AsyncSureface(f"127.0.0.1:{running.processes['gateway'].port}")


async def ranked(client: AsyncSureface, collection_id: str) -> dict[str, float]:
    """How similar everybody is to a photo of obama."""
    answer = await client.search(
        scene="search_prefilter", probe=photo("obama2"), collection_id=collection_id, **CASE
    )
    return {each.person_id: each.similarity for each in answer.candidates}


async def exported(running: Mesh, collection_id: str) -> pb.ExportCollectionResponse:
    """All of a collection, as the gallery keeps it."""
    request = pb.ExportCollectionRequest(collection_id=collection_id)
    [message] = [each async for each in running.enrollment.ExportCollection(request)]
    return message


def vectors(message: pb.ExportCollectionResponse) -> Vectors:
    """One row a person, by name."""
    packed = {each.person_id: each.template.packed_vector for each in message.records}
    return np.stack([np.frombuffer(packed[name], "<f4") for name in sorted(packed)])
