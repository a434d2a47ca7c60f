"""The mesh under measurement: what ``sureface up`` starts, on free ports of loopback."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from bench.results import ROOT
from client.up.plan import HOST, SERVICES

BATCHING = ("detector", "embedder", "gallery")
"""Services with a batcher; their metrics are served at the gateway's port + 100, + 101, …"""

STOP_S = 30.0
"""Longest time that stopping may take before what we started is killed."""


class MeshFailed(Exception):
    """The mesh did not start. It says why itself, on stderr."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """A mesh that serves."""

    address: str
    """Of the gateway."""

    pids: Mapping[str, int]
    """Of each service."""

    metrics: Mapping[str, int]
    """Where each of `BATCHING` serves its metrics on loopback."""

    started_s: float
    """From the first process to the last service that says SERVING."""


@contextlib.contextmanager
def running(
    settings: Mapping[str, str] | None = None, options: Sequence[str] = ()
) -> Iterator[Mesh]:
    """Run a mesh with an empty store while the block runs.

    Args:
        settings: Variables of the services, for example ``EMBEDDER_THREADS``.
        options: Of ``sureface up``, for example ``--enhancer``.

    Raises:
        MeshFailed: It does not start.
    """
    base = _free_base()
    metrics = {name: base + 100 + number for number, name in enumerate(BATCHING)}
    ports = {f"{name.upper()}_METRICS_PORT": str(port) for name, port in metrics.items()}
    command = [sys.executable, "-m", "client.cli", "up", "--json", "--port-base", str(base)]
    environment = _inherited() | ports | dict(settings or {})
    with tempfile.TemporaryDirectory(prefix="sureface-bench-") as data:
        began = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--data", data, "--models", str(ROOT / "models"), *options],
            env=environment,
            stdout=subprocess.PIPE,
        )
        try:
            up = _document(process.stdout)
            yield Mesh(
                address=up["address"],
                pids={service["name"]: service["pid"] for service in up["services"]},
                metrics=metrics,
                started_s=time.perf_counter() - began,
            )
        finally:
            _stop(process)


def _inherited() -> dict[str, str]:
    """Our environment, without settings of services that somebody has for another mesh."""
    prefixes = tuple(f"{name.upper()}_" for name in SERVICES)
    kept = {key: text for key, text in os.environ.items() if not key.startswith(prefixes)}
    return kept | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "gen")])}


def _free_base() -> int:
    """A port with free ones wherever the mesh will listen."""
    offsets = [service.offset for service in SERVICES.values()]
    offsets += range(100, 100 + len(BATCHING))
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            base: int = probe.getsockname()[1]
        if base < 2**16 - max(offsets) and all(_is_free(base + offset) for offset in offsets):
            return base


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.bind((HOST, port))
        return True
    return False


def _document(out: IO[bytes] | None) -> dict[str, Any]:
    """Read the document that says everything serves; its last line is a closing brace."""
    text = b""
    for line in out or ():
        text += line
        if line == b"}\n":
            document: dict[str, Any] = json.loads(text)
            return document
    raise MeshFailed("the mesh did not start; what it said is on stderr")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
