"""What can be known of a running mesh from outside: health, models, memory."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import grpc
import grpc.aio

from client.sdk import AsyncSureface
from client.up.health import health
from client.up.plan import SERVICES, trusted
from faces.errors import FaceError
from meshkit.sealing import UNSEALED
from meshkit.tls.calling import Trust, aio_channel
from sureface.detector.v1 import detector_pb2, detector_pb2_grpc
from sureface.embedder.v1 import embedder_pb2, embedder_pb2_grpc
from sureface.enhancer.v1 import enhancer_pb2, enhancer_pb2_grpc
from sureface.gallery.v1 import maintenance_pb2, maintenance_pb2_grpc

LIMIT_S = 2.0
"""How long a service may take to say how it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One service, as it looks from here."""

    name: str
    address: str

    health: str
    """``serving``, ``not serving``, or ``not answering``."""

    model: str
    """What it computes with; for the gateway the version of its policy table, for the gallery
    what its templates are encrypted with."""

    contract_id: str
    pid: int | None

    resident_bytes: int | None
    """Memory in use; None if that cannot be known from here."""


def located(address: str, data: Path) -> dict[str, tuple[str, int | None]]:
    """Where each service of a mesh is expected, and its process, if it is one of ours.

    Args:
        address: Of the gateway.
        data: Folder of a mesh that may run on this machine.
    """
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        return {"gateway": (address, None)}
    noted = _noted(data)
    if noted.get("gateway", {}).get("port") == int(port):
        return {name: (f"{host}:{note['port']}", note["pid"]) for name, note in noted.items()}
    base = int(port) - SERVICES["gateway"].offset
    # Of a mesh that is not noted here, nobody knows whether it has an enhancer.
    expected = {name: row for name, row in SERVICES.items() if name != "enhancer"}
    return {name: (f"{host}:{base + row.offset}", None) for name, row in expected.items()}


async def seen(
    address: str, data: Path, tls: Path | None, proof: Mapping[str, str | None]
) -> list[Seen]:
    """Ask all services of a mesh at once.

    Args:
        address: Of the gateway.
        data: Folder of a mesh that may run on this machine.
        tls: Folder with an operator's certificate; None speaks plain text.
        proof: The credential for the gateway, as clients take it.

    Raises:
        ConfigError: The certificates of `tls` cannot be used.
    """
    places = located(address, data).items()
    return await asyncio.gather(
        *(_seen(name, place, pid, tls, proof) for name, (place, pid) in places)
    )


async def _seen(
    name: str,
    address: str,
    pid: int | None,
    tls: Path | None,
    proof: Mapping[str, str | None],
) -> Seen:
    trust = trusted(name, tls)
    state, (model, contract) = await asyncio.gather(
        health(address, trust, limit_s=LIMIT_S), _described(name, address, trust, proof)
    )
    return Seen(
        name=name,
        address=address,
        health=state,
        model=model,
        contract_id=contract,
        pid=pid,
        resident_bytes=resident_bytes(pid, SERVICES[name].module) if pid else None,
    )


async def _described(
    name: str, address: str, trust: Trust | None, proof: Mapping[str, str | None]
) -> tuple[str, str]:
    """Model and contract, for the services that have any."""
    with contextlib.suppress(grpc.aio.AioRpcError, FaceError):
        if name == "gateway":
            tls = trust.folder if trust else None
            async with AsyncSureface(address, deadline_s=LIMIT_S, tls=tls, **proof) as mesh:
                async for row in mesh.list_policies():
                    return f"policy {row.policy_version}", ""
        async with aio_channel(address, (), trust) as channel:
            if name == "detector":
                detector: detector_pb2.DescribeModelResponse = await (
                    detector_pb2_grpc.DetectorServiceStub(channel).DescribeModel(
                        detector_pb2.DescribeModelRequest(), timeout=LIMIT_S
                    )
                )
                return detector.model, ""
            if name == "enhancer":
                enhancer: enhancer_pb2.DescribeModelResponse = await (
                    enhancer_pb2_grpc.EnhancerServiceStub(channel).DescribeModel(
                        enhancer_pb2.DescribeModelRequest(), timeout=LIMIT_S
                    )
                )
                return enhancer.model, ""
            if name == "embedder":
                embedder: embedder_pb2.DescribeModelResponse = await (
                    embedder_pb2_grpc.EmbedderServiceStub(channel).DescribeModel(
                        embedder_pb2.DescribeModelRequest(), timeout=LIMIT_S
                    )
                )
                return embedder.model, embedder.contract_id
            if name == "gallery":
                gallery: maintenance_pb2.GetSealingResponse = await (
                    maintenance_pb2_grpc.MaintenanceServiceStub(channel).GetSealing(
                        maintenance_pb2.GetSealingRequest(), timeout=LIMIT_S
                    )
                )
                return _kept(gallery), ""
    return "", ""


def _kept(sealing: maintenance_pb2.GetSealingResponse) -> str:
    if sealing.key_id == UNSEALED:
        return "templates not encrypted"
    if sealing.older_key_ids:
        return f"key {sealing.key_id}, and older ones"
    return f"key {sealing.key_id}"


def resident_bytes(pid: int, module: str) -> int | None:
    """Memory of a process of ours; None where there is no /proc, or the pid is reused."""
    folder = Path("/proc") / str(pid)
    try:
        if module.encode() not in (folder / "cmdline").read_bytes().split(b"\0"):
            return None
        status = (folder / "status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines["VmRSS"].split()[0]) * 1024 if "VmRSS" in lines else None


def _noted(data: Path) -> Mapping[str, dict[str, int]]:
    try:
        services: dict[str, dict[str, int]] = json.loads(
            (data / "mesh.json").read_text(encoding="utf-8")
        )["services"]
    except (OSError, ValueError, KeyError):
        return {}
    return services
