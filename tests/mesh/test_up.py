"""`sureface up`: starts everything, restarts what dies, stops everything."""

import asyncio
import contextlib
import json
import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from client import AsyncSureface
from client.types import Photo
from client.up.plan import SERVICES
from faces.errors import FaceError
from tests.mesh.test_enhancement import models
from tests.mesh.up import free_base, sureface, up
from tests.photos import FOLDER as PHOTOS
from tests.processes import ROOT, START_S


def gone(processes: dict[str, psutil.Process]) -> bool:
    """Whether none of these runs any more, a while later at most."""
    _, alive = psutil.wait_procs(list(processes.values()), timeout=START_S)
    return not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]


async def patient(call: Callable[[], Any]) -> Any:
    """Call until the gateway has found the new process behind the old address."""
    async with asyncio.timeout(START_S):
        while True:
            with contextlib.suppress(FaceError):
                return await call()
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "number", [pytest.param(signal.SIGTERM, id="SIGTERM"), pytest.param(signal.SIGINT, id="SIGINT")]
)
async def test_a_signal_stops_everything(tmp_path: Path, number: signal.Signals) -> None:
    """Asked to stop, it stops the gateway first, leaves nobody behind and exits with 0."""
    async with up(tmp_path) as mesh:
        await mesh.says("The mesh serves on")
        children = mesh.services(tmp_path)
        mesh.process.send_signal(number)
        code, stdout, stderr = await mesh.ends()

    assert (0, "") == (code, stderr)
    assert SERVICES.keys() == children.keys()
    assert gone(children)
    stopped = [line.split() for line in stdout.splitlines() if "stopped" in line]
    assert ["gateway", "stopped", "(exit", "0)"] == stopped[0]
    assert [["stopped", "(exit", "0)"]] * len(SERVICES) == [words[1:] for words in stopped]
    assert not (tmp_path / "mesh.json").exists()


@pytest.mark.parametrize("name", sorted(SERVICES))
async def test_a_service_that_dies_is_started_again(tmp_path: Path, name: str) -> None:
    """Killed by SIGKILL, a service comes back, and what was enrolled is still there."""
    async with up(tmp_path) as mesh, AsyncSureface(mesh.address) as client:
        await mesh.says("The mesh serves on")
        await client.create_collection(collection_id="staff")
        await client.enroll_person(
            scene="access_control",
            collection_id="staff",
            person_id="p-1",
            photos=[Photo(PHOTOS / "obama.jpg")],
        )
        mesh.services(tmp_path)[name].kill()
        died = await mesh.says(name, "died")
        await mesh.says(name, "serving on port")
        answer = await patient(
            lambda: client.identify(
                scene="access_control", probe=PHOTOS / "obama3.jpg", collection_id="staff"
            )
        )

    assert "died (SIGKILL); starting again in 0.1 s" in died
    assert answer.candidate is not None
    assert "p-1" == answer.candidate.person_id


async def test_nobody_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    """When it is killed without a chance to clean up, the kernel ends its services."""
    async with up(tmp_path) as mesh:
        await mesh.says("The mesh serves on")
        children = mesh.services(tmp_path)
        mesh.process.kill()
        await mesh.ends()

        assert gone(children)


async def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    """It names the port and what to do, and starts nothing."""
    base = free_base()
    with socket.create_server(("127.0.0.1", base + SERVICES["embedder"].offset)):
        async with up(tmp_path, port=base) as mesh:
            code, stdout, stderr = await mesh.ends()

    assert (6, "") == (code, stdout)
    assert (
        f"sureface: port {base + SERVICES['embedder'].offset} (embedder) of 127.0.0.1 taken; "
        "stop what listens there, or choose others with --port-base\n"
    ) == stderr


async def test_data_belong_to_one_mesh(tmp_path: Path) -> None:
    """A second mesh on the same folder is refused in one line; the first goes on."""
    async with up(tmp_path) as first:
        await first.says("The mesh serves on")
        async with up(tmp_path) as second:
            code, _, stderr = await second.ends()
        async with AsyncSureface(first.address) as client:
            assert [] == [c async for c in client.list_collections()]

    assert 6 == code
    assert f"sureface: a mesh runs on {tmp_path} already" in stderr
    assert 1 == len(stderr.splitlines())


async def test_a_service_that_cannot_start_is_one_line(tmp_path: Path) -> None:
    """An altered model stops the start; the line says which one, and nobody is left."""
    models = tmp_path / "models"
    shutil.copytree(ROOT / "models", models)
    (models / "yunet.onnx").write_bytes(b"altered")
    async with up(tmp_path / "data", "--models", models) as mesh:
        me = psutil.Process(mesh.process.pid)
        await mesh.says("gateway", "starting")
        children = {str(child.pid): child for child in me.children()}
        code, _, stderr = await mesh.ends()

    assert 6 == code
    assert stderr.startswith("sureface: the detector did not start: detector: ")
    assert "yunet.onnx" in stderr
    assert 1 == len(stderr.splitlines())
    assert gone(children)


async def test_logs_stay_out_of_sight(tmp_path: Path) -> None:
    """What services log goes to one file each, as JSON lines."""
    async with up(tmp_path) as mesh:
        await mesh.says("The mesh serves on")

    for name in SERVICES:
        lines = (tmp_path / "logs" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert {name} == {json.loads(line)["service"] for line in lines}
    assert [] == [line for line in mesh.lines if line.startswith("{")]


async def test_another_enhancer_runs_on_request(tmp_path: Path) -> None:
    """With a gate to fuse by; the gateway is told, status shows it, and pictures come of it."""
    made = models(tmp_path / "models")
    asked = ("--enhancer", "tiny-enhancer", "--fusion", "tiny-gate", "--models", made)
    async with up(tmp_path / "data", *asked) as mesh:
        await mesh.says("The mesh serves on")
        status, _ = await sureface("status", "--address", mesh.address, "--data", tmp_path / "data")
        file = tmp_path / "face.png"
        _, code = await sureface(
            *("extract", PHOTOS / "obama.jpg", "--enhanced", file, "--address", mesh.address)
        )

    shown = {service["name"]: service["model"] for service in status["services"]}
    assert SERVICES.keys() == shown.keys()
    assert "tiny-enhancer" == shown["enhancer"]
    assert (0, True) == (code, file.exists())
