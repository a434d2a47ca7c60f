"""A whole mesh that speaks TLS, with real processes and models."""

from pathlib import Path

import grpc
import pytest

from client import AsyncSureface
from client.types import Photo
from faces.errors import ServiceUnavailable
from tests.mesh.up import sureface, up
from tests.photos import FOLDER as PHOTOS

MODELS = {"detector", "embedder", "enhancer", "gallery", "gateway"}
"""Who tells an operator what it computes with; the gateway its policies, the gallery its keys."""


@pytest.mark.timeout(600)
async def test_a_mesh_speaks_tls_from_end_to_end(tmp_path: Path) -> None:
    """Clients need its authority, operators a certificate; plain text is not understood."""
    certs = tmp_path / "certs"
    async with up(tmp_path / "data", "--tls", certs) as mesh:
        await mesh.says("The mesh serves on")
        async with AsyncSureface(mesh.address, tls=certs / "client") as client:
            await client.create_collection(collection_id="staff")
            await client.enroll_person(
                scene="access_control",
                collection_id="staff",
                person_id="p-1",
                photos=[Photo(PHOTOS / "obama.jpg")],
            )
            found = await client.identify(
                scene="access_control", probe=PHOTOS / "obama3.jpg", collection_id="staff"
            )
        async with AsyncSureface(mesh.address) as plain:
            with pytest.raises(ServiceUnavailable) as refused:
                await plain.get_collection(collection_id="staff")
        where = ("--address", mesh.address, "--data", tmp_path / "data")
        described: set[str] = set()
        while described != MODELS:  # a busy machine may take longer than a service is given
            shown, _ = await sureface("status", *where, "--tls", certs / "operator")
            described = {row["name"] for row in shown["services"] if row["model"]}

    assert found.candidate is not None
    assert "p-1" == found.candidate.person_id
    assert isinstance(refused.value.__cause__, grpc.RpcError)
