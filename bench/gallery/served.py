"""The gallery as a process of its own, and calls to it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import psutil
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from bench.batches import Batches, parse
from bench.gallery.database import snapshots
from bench.results import ROOT
from meshkit.channels import options
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from sureface.gallery.v1.maintenance_pb2_grpc import MaintenanceServiceStub

HOST = "127.0.0.1"

MIB = 2**20

_START_S = 600.0
_STOP_S = 120.0

_SETTINGS = {"HOST": HOST, "DRAIN_S": "0", "GRACE_S": "5"}


@dataclass(slots=True)
class Served:
    """A gallery that serves."""

    process: "subprocess.Popen[bytes]"
    log: Path
    port: int
    metrics_port: int
    started_s: float
    """From its start until its health said SERVING."""

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"{HOST}:{self.port}"

    def batches(self) -> Batches:
        """Searches that it has scanned for so far; it must serve metrics."""
        with urllib.request.urlopen(f"http://{HOST}:{self.metrics_port}/metrics") as answer:
            found = parse(answer.read().decode())
        return found.get("gallery searches", Batches(0, 0))

    def resident_mib(self) -> float:
        """Memory that it holds now."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / MIB

    def stop(self) -> float:
        """Ask it to end, and wait: seconds until it has."""
        began = time.perf_counter()
        self.process.terminate()
        self.process.wait(_STOP_S)
        return time.perf_counter() - began


@contextlib.contextmanager
def serving(path: Path, **settings: object) -> Iterator[Served]:
    """Run ``python -m services.gallery`` on a database while the block runs.

    Args:
        path: Of the database; what the service logs goes beside it.
        settings: Its variables without their prefix.

    Raises:
        SystemExit: It does not start.
    """
    port, metrics = _free_port(), _free_port()
    given = _SETTINGS | {"PATH": str(path), "PORT": str(port), "METRICS_PORT": str(metrics)}
    given |= {key: str(value) for key, value in settings.items()}
    kept = {key: text for key, text in os.environ.items() if not key.startswith("GALLERY_")}
    kept["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "gen")])
    environment = kept | {f"GALLERY_{key}": text for key, text in given.items()}
    log = path.with_suffix(".log")
    command = [sys.executable, "-m", "services.gallery"]
    with log.open("wb") as stderr:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stderr=stderr, cwd=ROOT)
        try:
            _await_health(process, port, log)
            yield Served(process, log, port, metrics, time.perf_counter() - began)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(_STOP_S)


def settled(path: Path) -> None:
    """Return once the gallery of a large database has written its first snapshot."""
    ends = time.monotonic() + _START_S
    while not list(snapshots(path).glob("*.snapshot")):
        if time.monotonic() > ends:
            raise SystemExit(f"no snapshot of {path} appears")
        time.sleep(0.2)


@contextlib.contextmanager
def stub(address: str) -> Iterator[Any]:
    """Calls that block."""
    services = pb.DESCRIPTOR.services_by_name.values()
    with grpc.insecure_channel(address, options=options(services)) as channel:
        yield GalleryServiceStub(channel)


@contextlib.contextmanager
def upkeep(address: str) -> Iterator[Any]:
    """An operator's calls, which block."""
    with grpc.insecure_channel(address) as channel:
        yield MaintenanceServiceStub(channel)


def _await_health(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    quick = [("grpc.initial_reconnect_backoff_ms", 50), ("grpc.max_reconnect_backoff_ms", 100)]
    ends = time.monotonic() + _START_S
    with grpc.insecure_channel(f"{HOST}:{port}", options=quick) as channel:
        health: Any = HealthStub(channel)
        while process.poll() is None and time.monotonic() < ends:
            with contextlib.suppress(grpc.RpcError):
                answer = health.Check(HealthCheckRequest(), wait_for_ready=True, timeout=1)
                if answer.status == HealthCheckResponse.SERVING:
                    return
    raise SystemExit(f"the gallery does not start; {log} says why")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
