"""What a process starts with: certificates, plain text where allowed; and who may probe it."""

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from meshkit.config import ConfigError
from services.gallery.app import open_app
from tests.certificates import House, ask
from tests.fakes import until
from tests.galleries import config
from tests.processes import refusal, service


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> House:
    return House(tmp_path / "certs")


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

    assert 1 == code
    assert (
        "gallery: host [::] can be reached from other machines, and there is no TLS: set TLS to "
        "a folder of certificates, HOST to 127.0.0.1, or INSECURE to true\n"
    ) == lines[-1]


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
