"""Which processes make a mesh, and how each is told about the others.

A new service is one row of `SERVICES`.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from meshkit.tls.calling import Trust

HOST = "127.0.0.1"
"""Loopback: nobody else's business."""

PORT_BASE = 50050
"""Port of the gateway unless the operator moves it."""

GRACE_S = 5.0
"""What each service gets to finish its running calls, in seconds."""


def trusted(name: str, folder: Path | None) -> Trust | None:
    """How a service is spoken to with the certificates of a folder; None is plain text.

    The gateway goes by the host that is called, as for its clients; the others by their names.
    """
    return Trust(folder=folder, name="" if name == "gateway" else name) if folder else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an operator asked for."""

    data: Path
    """Absolute. Folder for the store, the decision log, and the logs of the services."""

    models: Path
    """Absolute. Folder with `models.toml`."""

    port_base: int = PORT_BASE
    """Port of the gateway; the others follow."""

    detector: str = "yunet"
    """Name of a detector in `models.toml`."""

    embedder: str = "sureface"
    """Name of an embedder in `models.toml`."""

    policies: Path | None = None
    """Absolute. A policy table; None for the one that the gateway brings."""

    enhancer: str = ""
    """Name of an enhancer in `models.toml`; empty runs none."""

    fusion: str = ""
    """Name of a fusion gate in `models.toml`; empty fuses nothing."""

    adapters: Path | None = None
    """Absolute. Folder with the enhancer's adapters of cameras."""

    media: Path | None = None
    """Absolute. Folder that jobs may search; None for one in `data`."""

    tls: Path | None = None
    """Absolute. Folder of `sureface certs`; None speaks plain text, over loopback."""

    @property
    def jobs(self) -> dict[str, str]:
        """What gateway and workers are told of jobs."""
        media, file = self.media or self.data / "media", self.data / "jobs.sqlite"
        return {"MEDIA": str(media), "JOBS": str(file), "OUTPUT": str(self.data / "jobs")}

    @property
    def services(self) -> dict[str, "Service"]:
        """Every service that runs, by name."""
        return {n: row for n, row in SERVICES.items() if n != "enhancer" or self.enhancer}

    def port(self, name: str) -> int:
        """Where a service listens."""
        return self.port_base + SERVICES[name].offset

    def address(self, name: str) -> str:
        """How a service is called."""
        return f"{HOST}:{self.port(name)}"

    def trust(self, name: str) -> Trust | None:
        """How we speak to a service: as its operator."""
        return trusted(name, self.tls and self.tls / "operator")

    def log(self, name: str) -> Path:
        """Where a service's log goes."""
        return self.data / "logs" / f"{name}.jsonl"

    def environment(self, name: str) -> dict[str, str]:
        """The variables of a service."""
        own = {
            "HOST": HOST,
            "PORT": str(self.port(name)),
            # Nobody balances over loopback, so nobody has to notice that we leave.
            "DRAIN_S": "0",
            "GRACE_S": str(GRACE_S),
            **({"TLS": str(self.tls / name)} if self.tls else {}),
            **SERVICES[name].variables(self),
        }
        return {f"{name.upper()}_{key}": value for key, value in own.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One process of the mesh."""

    name: str
    module: str
    """Run as ``python -m``."""

    offset: int
    """Its port, counted from the gateway's."""

    variables: Callable[[Plan], dict[str, str]]
    """What it is told besides where to listen."""

    @property
    def command(self) -> list[str]:
        """How to start it."""
        return [sys.executable, "-m", self.module]


def _detector(plan: Plan) -> dict[str, str]:
    return {"MODEL": plan.detector, "MODELS": str(plan.models)}


def _enhancer(plan: Plan) -> dict[str, str]:
    adapters = {"ADAPTERS": str(plan.adapters)} if plan.adapters else {}
    return {"MODEL": plan.enhancer, "MODELS": str(plan.models), **adapters}


def _embedder(plan: Plan) -> dict[str, str]:
    fusion = {"FUSION": plan.fusion} if plan.fusion else {}
    return {"MODEL": plan.embedder, "MODELS": str(plan.models), **fusion}


def _gallery(plan: Plan) -> dict[str, str]:
    return {"PATH": str(plan.data / "gallery.sqlite")}


def _gateway(plan: Plan) -> dict[str, str]:
    own = {"DATA": str(plan.data)} | ({"POLICIES": str(plan.policies)} if plan.policies else {})
    return {**own, **_calibrations(plan), **_backends(plan, "gateway"), **plan.jobs}


def _worker(plan: Plan) -> dict[str, str]:
    own = {"DATA": str(plan.data / "worker")}
    return {**own, **_calibrations(plan), **_backends(plan, "worker"), **plan.jobs}


def _calibrations(plan: Plan) -> dict[str, str]:
    return {"CALIBRATIONS": str(plan.models / "calibrations")}


def _backends(plan: Plan, caller: str) -> dict[str, str]:
    called = ("detector", "enhancer", "embedder", "gallery")
    tls = {"BACKENDS_TLS": str(plan.tls / caller)} if plan.tls else {}
    return tls | {n.upper(): plan.address(n) for n in called if n in plan.services}


SERVICES = {
    row.name: row
    for row in (
        Service(name="detector", module="services.detector", offset=1, variables=_detector),
        Service(name="enhancer", module="services.enhancer", offset=2, variables=_enhancer),
        Service(name="embedder", module="services.embedder", offset=3, variables=_embedder),
        Service(name="gallery", module="services.gallery", offset=4, variables=_gallery),
        Service(name="worker", module="gateway.worker", offset=5, variables=_worker),
        Service(name="gateway", module="gateway", offset=0, variables=_gateway),
    )
}
"""Every service by name; `Plan.services` are those that run. All start at once; they stop in
reverse, callers before called."""
