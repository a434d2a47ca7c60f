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
from meshkit.config import ConfigError
from meshkit.tls.calling import Trust
from services.gallery.app import open_app
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from tests.certificates import House, nobody
from tests.fakes import until
from tests.galleries import config
from tests.processes import refusal, service

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


async def ask(port: int, folder: Path | None, name: str = "gallery") -> tuple[str, str]:
    """Call a gallery: the code and the reason of its answer, by name."""
    trust = Trust(folder=folder, name=name) if folder else None
    async with channel(f"127.0.0.1:{port}", [], trust) as opened:
        try:
            await GalleryServiceStub(opened).ListCollections(LIST, timeout=30)
        except grpc.aio.AioRpcError as error:
            info = status.info_of(error)
            return error.code().name, info.reason if info else ""
    return "OK", ""


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


def missing(folder: Path) -> str:
    (folder / "ca.crt").unlink()
    return "there is no ca.crt"


def mixed(folder: Path) -> str:
    (folder / "tls.key").write_bytes((House(folder.parent).give("worker") / "tls.key").read_bytes())
    return "tls.crt with tls.key: KEY_VALUES_MISMATCH"


def torn(folder: Path) -> str:
    (folder / "ca.crt").write_bytes(b"no certificate")
    return "ca.crt: NO_CERTIFICATE_OR_CRL_FOUND"


@pytest.mark.parametrize("spoil", [missing, mixed, torn])
async def test_what_cannot_be_used_is_one_line(tmp_path: Path, house: House, spoil: Any) -> None:
    """A server does not start with certificates that nobody could trust."""
    folder = house.give("gallery")
    problem = spoil(folder)

    with pytest.raises(ConfigError) as failure:
        async with open_app(replace(config(tmp_path / "gallery.db"), tls=folder)):
            pass
    assert f"certificates in {folder} cannot be used: {problem}" == str(failure.value)


async def test_no_process_speaks_plain_text_with_other_machines(tmp_path: Path) -> None:
    """One line says what to set."""
    code, lines = await refusal("gallery", PATH=tmp_path / "gallery.db", HOST="[::]")

    [line] = lines
    assert 1 == code
    assert (
        "gallery: host [::] can be reached from other machines, and there is no TLS: set TLS to "
        "a folder of certificates, HOST to 127.0.0.1, or INSECURE to true\n"
    ) == line


async def test_no_process_calls_other_machines_in_plain_text(tmp_path: Path) -> None:
    """What a gateway sends are faces."""
    code, lines = await refusal("gateway", DATA=tmp_path, EMBEDDER="dns:///embedder:50053")

    assert 1 == code
    assert (
        "gateway: embedder dns:///embedder:50053 is on another machine, and there is no TLS: set "
        "BACKENDS_TLS to a folder of certificates, or INSECURE to true\n"
    ) == lines[-1]


async def test_an_operator_may_allow_plain_text(tmp_path: Path) -> None:
    """For those whose network is safe by other means."""
    everywhere = {"HOST": "[::]", "INSECURE": "true"}
    async with service("gallery", PATH=tmp_path / "gallery.db", **everywhere) as process:
        assert ("OK", "") == await ask(process.port, None)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def test_probes_need_no_certificate(tmp_path: Path, house: House) -> None:
    """Kubernetes asks for health in plain text, on a port that serves nothing else."""
    port = free_port()
    house.give("operator")
    settings = {"TLS": house.give("gallery"), "HEALTH_PORT": port, "DRAIN_S": 60}
    async with (
        service("gallery", PATH=tmp_path / "gallery.db", **settings) as process,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as plain,
    ):
        health: Any = HealthStub(plain)
        before = await health.Check(HealthCheckRequest())
        refused = await ask(port, None)
        process.terminate()
        await until(lambda: any("draining" in line for line in process.lines))
        after = await health.Check(HealthCheckRequest())

    assert HealthCheckResponse.SERVING == before.status
    assert ("UNIMPLEMENTED", "") == refused
    assert HealthCheckResponse.NOT_SERVING == after.status
