"""Processes that run from nothing but what their image holds, and are asked how they are."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import grpc.aio
import pytest
from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1.health import aio as health
from grpc_health.v1.health_pb2 import HealthCheckResponse

from deploy.docker.healthy import problem
from tests.dockerfiles import entry, laid_out
from tests.processes import Process

NEEDED = {
    "detector": {},
    "enhancer": {},
    "embedder": {"FUSION": "fusion"},
    "gallery": {"PATH": "data/gallery.sqlite"},
    "gateway": {"DATA": "data"},
    "worker": {"DATA": "data", "OUTPUT": "data", "MEDIA": "data", "JOBS": "data/jobs.sqlite"},
}
"""Settings without which a process does not start."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("image", NEEDED)
async def test_a_process_starts_from_what_its_image_holds(image: str, tmp_path: Path) -> None:
    """Models, policies and calibrations among it: nothing of the repository is missed."""
    laid_out(image, tmp_path)
    (tmp_path / "data").mkdir()
    settings = {"HOST": "127.0.0.1", "PORT": "0", "DRAIN_S": "0", **NEEDED[image]}
    variables = {f"{image.upper()}_{key}": value for key, value in settings.items()}
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{tmp_path}:{tmp_path}/gen"}
    command = [sys.executable, *entry(image)[1:]]
    process = Process(
        image,
        await asyncio.create_subprocess_exec(
            *command, env={**kept, **variables}, cwd=tmp_path, stderr=PIPE, limit=2**24
        ),
    )
    try:
        await process.serving()

        assert "" == await asyncio.to_thread(problem, f"127.0.0.1:{process.port}")
    finally:
        process.terminate()
        code = await process.wait()
    assert 0 == code


async def test_health_is_what_the_server_says() -> None:
    """A container is well while its server says so."""
    server, checks = grpc.aio.server(), health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        serving = await asyncio.to_thread(problem, address)
        await checks.set("", HealthCheckResponse.NOT_SERVING)
        draining = await asyncio.to_thread(problem, address)
    finally:
        await server.stop(None)

    assert ("", "NOT_SERVING") == (serving, draining)


def test_nobody_there_is_a_problem() -> None:
    """The command says which one, and nothing else."""
    assert problem("127.0.0.1:1").startswith("no answer: ")
