"""Who is let in by a server with certificates, and who is not."""

import asyncio
import socket
import ssl
import warnings
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from client.certs.parties import Party
from meshkit import status
from meshkit.channels import channel
from meshkit.tls.calling import Trust
from services.gallery.app import open_app
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from tests.certificates import House, ask, nobody
from tests.galleries import config

LIST = pb.ListCollectionsRequest()


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> House:
    return House(tmp_path / "certs")


@pytest.fixture(name="port")
async def _port(tmp_path: Path, house: House) -> AsyncIterator[int]:
    """Of a gallery with certificates."""
    settings = replace(config(tmp_path / "gallery.db"), tls=house.give("gallery"))
    async with open_app(settings) as port:
        yield port


@pytest.mark.parametrize("name", ["gateway", "worker", "operator"])
async def test_who_is_in_the_table_is_served(house: House, port: int, name: str) -> None:
    """Those who work with a gallery may call it."""
    assert ("OK", "") == await ask(port, house.give(name))


async def test_who_is_not_in_the_table_is_refused(house: House, port: int) -> None:
    """A certificate of the right authority is not enough, and the refusal says why."""
    folder = house.give("client")
    trust = Trust(folder=folder, name="gallery")
    async with channel(f"127.0.0.1:{port}", [], trust) as opened:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await GalleryServiceStub(opened).ListCollections(LIST)
        health: Any = HealthStub(opened)
        well = await health.Check(HealthCheckRequest())

    info = status.info_of(failure.value)
    assert info is not None
    assert (grpc.StatusCode.PERMISSION_DENIED, "ERROR_REASON_CALLER_NOT_ALLOWED") == (
        failure.value.code(),
        info.reason,
    )
    assert {"caller": "client", "service": "sureface.gallery.v1.GalleryService"} == info.metadata
    assert HealthCheckResponse.SERVING == well.status


@pytest.mark.parametrize("name", ["embedder", "stranger"])
async def test_a_service_that_has_no_business_here_is_refused(
    house: House, port: int, name: str
) -> None:
    """Its own certificate does not help it, even if it may be shown to servers."""
    folder = house.give(name, party=Party(name=name, calls=True))

    assert ("PERMISSION_DENIED", "ERROR_REASON_CALLER_NOT_ALLOWED") == await ask(port, folder)


async def test_a_certificate_of_another_authority_is_refused(
    tmp_path: Path, house: House, port: int
) -> None:
    """Names in it do not matter: it was not ours who wrote them."""
    folder = House(tmp_path / "others").give("gateway")
    (folder / "ca.crt").write_bytes(house.pem)

    assert ("UNAVAILABLE", "") == await ask(port, folder)


async def test_a_server_of_another_authority_is_not_believed(
    tmp_path: Path, house: House, port: int
) -> None:
    """A caller finds out before it has sent anything."""
    folder = house.give("gateway")
    (folder / "ca.crt").write_bytes(House(tmp_path / "others").pem)

    assert ("UNAVAILABLE", "") == await ask(port, folder)


async def test_a_server_with_another_name_is_not_believed(house: House, port: int) -> None:
    """A gallery cannot pass for an embedder, wherever it listens."""
    assert ("UNAVAILABLE", "") == await ask(port, house.give("gateway"), name="embedder")


async def test_an_expired_certificate_is_refused(house: House, port: int) -> None:
    """Yesterday's is none."""
    assert ("UNAVAILABLE", "") == await ask(port, house.give("gateway", days=-1))


async def test_a_certificate_to_serve_with_is_none_to_call_with(house: House, port: int) -> None:
    """What only listens is given a certificate that no server accepts."""
    assert ("UNAVAILABLE", "") == await ask(port, house.give("detector"))


async def test_nobody_is_served_without_a_certificate(
    tmp_path: Path, house: House, port: int
) -> None:
    """To believe the server is not enough between services."""
    folder = nobody(house.give("gateway"), tmp_path / "nobody")

    assert ("UNAVAILABLE", "") == await ask(port, folder)


async def test_plain_text_is_refused(port: int) -> None:
    """Not even on loopback, where there are certificates."""
    assert ("UNAVAILABLE", "") == await ask(port, None)


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        pytest.param(ssl.TLSVersion.TLSv1_1, None, id="1.1"),
        pytest.param(ssl.TLSVersion.TLSv1_2, "TLSv1.2", id="1.2"),
        pytest.param(ssl.TLSVersion.TLSv1_3, "TLSv1.3", id="1.3"),
    ],
)
async def test_old_versions_are_refused(
    house: House, port: int, version: ssl.TLSVersion, answer: str | None
) -> None:
    """TLS 1.2 is the oldest that is spoken."""
    folder = house.give("gateway")
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    context.set_alpn_protocols(["h2"])
    context.set_ciphers("ALL:@SECLEVEL=0")  # whatever this side can do
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = context.maximum_version = version

    def spoken() -> str | None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as plain:
            try:
                with context.wrap_socket(plain, server_hostname="gallery") as safe:
                    return safe.version()
            except ssl.SSLError:
                return None

    assert answer == await asyncio.to_thread(spoken)
