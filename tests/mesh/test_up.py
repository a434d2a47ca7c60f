"""``sureface up`` with the real services: real processes, real signals, real photos."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from client import AsyncSureface
from client.types import Photo
from client.up.plan import SERVICES
from faces.errors import FaceError
from tests.photos import FOLDER as PHOTOS
from tests.processes import ROOT, START_S


class Up:
    """One ``sureface up`` and what it printed."""

    def __init__(self, process: Process, port: int) -> None:
        self.process = process
        self.address = f"127.0.0.1:{port}"
        self.lines: list[str] = []

    async def says(self, *parts: str) -> str:
        """Wait for a line with all of these parts."""
        assert self.process.stdout
        async with asyncio.timeout(START_S):
            async for raw in self.process.stdout:
                self.lines.append(line := raw.decode())
                if all(part in line for part in parts):
                    return line
        raise AssertionError(f"{parts} not in: {''.join(self.lines)}")

    def services(self, data: Path) -> dict[str, psutil.Process]:
        """Its children by name, as it notes them."""
        noted = json.loads((data / "mesh.json").read_text(encoding="utf-8"))["services"]
        return {name: psutil.Process(service["pid"]) for name, service in noted.items()}

    async def ends(self) -> tuple[int, str, str]:
        """Its exit code and whatever else it printed."""
        async with asyncio.timeout(START_S):
            stdout, stderr = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, stdout.decode(), stderr.decode()


def free_base() -> int:
    """A port that is free like its successors, below those that the kernel gives away."""
    for base in range(20_000 + os.getpid() % 5_000, 32_000, 10):
        with contextlib.ExitStack() as stack:
            try:
                for row in SERVICES.values():
                    probe = stack.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", base + row.offset))
            except OSError:
                continue
            return base
    raise AssertionError("no free ports")


@contextlib.asynccontextmanager
async def up(data: Path, *arguments: object, port: int = 0) -> AsyncIterator[Up]:
    """Run ``sureface up`` while the block runs."""
    port = port or free_base()
    env = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}"}
    options = ("--data", str(data), "--port-base", str(port), *(str(a) for a in arguments))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "client.cli", "up", *options),
        cwd=ROOT,
        env=env,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
    )
    try:
        yield Up(process, port)
    finally:
        # Its children follow it: that is what one of the tests is about.
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def gone(processes: dict[str, psutil.Process]) -> bool:
    """Whether none of these runs any more, a while later at most."""
    _, alive = psutil.wait_procs(list(processes.values()), timeout=START_S)
    return not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]


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


async def patient(call: Callable[[], Any]) -> Any:
    """Call until the gateway has found the new process behind the old address."""
    async with asyncio.timeout(START_S):
        while True:
            with contextlib.suppress(FaceError):
                return await call()
            await asyncio.sleep(0.05)


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


async def test_the_demo_shows_what_the_mesh_decides(tmp_path: Path) -> None:
    """A match, a non-match, a cut face and a refused one, with their rules, as one document."""
    async with up(tmp_path, "--json", "--demo", PHOTOS) as mesh:
        text = await document(mesh)
        status, _ = await sureface("status", "--data", tmp_path, "--address", mesh.address)
    shown = json.loads(text)

    verdicts = [
        (row["probe"], row["answer"]["decision"]["verdict"], row["answer"]["decision"]["rule"])
        for row in shown["demo"]["judged"]
    ]
    assert ("obama3.jpg", "match", "accept") == verdicts[0]
    assert ("biden.jpg", "no_match", "below_review") == verdicts[1]
    assert ("obama3.jpg", "recapture", "min_quality") == verdicts[-1]
    assert {"obama_partial_face.jpg", "obama_partial_face2.jpg"} == {v[0] for v in verdicts[2:-1]}
    assert {"obama", "astronaut"} == shown["demo"]["enrolled"].keys()
    assert SERVICES.keys() == {service["name"] for service in shown["services"]}
    assert ["serving"] * len(SERVICES) == [s["health"] for s in status["services"]]
    assert [] == [s["name"] for s in status["services"] if not s["resident_bytes"]]
    assert ["demo"] == [collection["collection_id"] for collection in status["collections"]]


async def document(mesh: Up) -> str:
    """The JSON document that it prints once everything serves."""
    # The one line that is nothing but the end of the outermost object.
    assert mesh.process.stdout
    async with asyncio.timeout(START_S):
        return (await mesh.process.stdout.readuntil(b"\n}\n")).decode()


async def sureface(*arguments: object) -> tuple[Any, int]:
    """Run another command with --json: its document and exit code."""
    env = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "client.cli", *(str(a) for a in arguments), "--json"),
        env=env,
        stdout=PIPE,
    )
    stdout, _ = await process.communicate()
    assert process.returncode is not None
    return json.loads(stdout), process.returncode


async def test_the_demo_can_be_repeated(tmp_path: Path) -> None:
    """A second run on the same data starts the demo collection afresh."""
    for _ in range(2):
        async with up(tmp_path, "--json", "--demo", PHOTOS) as mesh:
            shown = json.loads(await document(mesh))
            status, _ = await sureface("status", "--data", tmp_path, "--address", mesh.address)
            mesh.process.terminate()
            await mesh.ends()

        assert [3] == [collection["template_count"] for collection in status["collections"]]
        assert 5 == len(shown["demo"]["judged"])


async def test_a_mesh_without_photos_says_how_to_get_them(tmp_path: Path) -> None:
    """A demo of an empty folder is refused in one line."""
    empty = tmp_path / "empty"
    empty.mkdir()
    async with up(tmp_path / "data", "--demo", empty) as mesh:
        code, _, stderr = await mesh.ends()

    assert 6 == code
    assert "run `python -m tools.photos`" in stderr
    assert 1 == len(stderr.splitlines())
