"""The clients of docs/examples, run as they stand against a real mesh."""

import asyncio
import json
import os
import shutil
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.mesh.mesh import Mesh
from tests.photos import encoded, far_away, opened, photo
from tests.processes import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = ROOT / "docs" / "examples"
NODE_MODULES = EXAMPLES / "node" / "node_modules"
TOOLS = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
LIMIT_S = 90
"""More than any of them takes on a busy machine."""

STRANGER = photo("biden")
ALICE = encoded(opened("obama2"), quality=95)
"""Enrolled as p1, by another photo."""


def found(program: str, *, wants: Path | None = None) -> str:
    """Where a program is that tests need and users of the SDK do not; in CI it must be there."""
    path = shutil.which(program, path=TOOLS)
    if path and (wants is None or wants.exists()):
        return path
    missing = program if path is None or wants is None else str(wants.relative_to(ROOT))
    reason = f"{missing} is not there: see .ci/run and docs/clients.md"
    if "CI" in os.environ:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(name="frames", scope="module")
def _frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a camera sees: somebody comes closer."""
    folder = tmp_path_factory.mktemp("frames")
    for number, picture in enumerate([far_away()] * 3 + [ALICE] * 5):
        (folder / f"{number}.jpg").write_bytes(picture)
    return folder


async def ran(program: str, *arguments: object) -> tuple[int | None, str, str]:
    """Run a program to its end: its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(program, *map(str, arguments)),
        env={**os.environ, "PATH": TOOLS, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}"},
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, out.decode(), err.decode()


def address(mesh: Mesh) -> str:
    return f"127.0.0.1:{mesh.processes['gateway'].port}"


async def test_a_door_in_python(shared: Mesh, frames: Path) -> None:
    """Asks whoever is far away to come closer, and opens once."""
    await shared.enrol("python", p1="obama")

    code, out, err = await ran(
        sys.executable, EXAMPLES / "door.py", address(shared), "python", "gate-7", frames
    )

    assert (0, "") == (code, err)
    assert ["ask: move closer", "open: resembles p1"] == out.splitlines()


async def test_a_door_in_node(shared: Mesh, frames: Path) -> None:
    """Does the same, with nothing of ours but the protos."""
    node = found("node", wants=NODE_MODULES)
    await shared.enrol("node", p1="obama")

    code, out, err = await ran(
        node, EXAMPLES / "node" / "door.js", address(shared), "node", "gate-7", frames
    )

    assert (0, "") == (code, err)
    assert ["ask: move closer", "open: resembles p1"] == out.splitlines()


async def test_a_door_in_node_is_told_its_mistake(shared: Mesh, frames: Path) -> None:
    """It ends, and says why, in the words of the mesh."""
    node = found("node", wants=NODE_MODULES)

    code, out, err = await ran(
        node, EXAMPLES / "node" / "door.js", address(shared), "nowhere", "gate-7", frames
    )

    assert 1 == code
    assert "ask: move closer" in out
    assert "refused: there is no collection nowhere" in err


async def test_a_crowd_in_python(shared: Mesh, tmp_path: Path) -> None:
    """Enrols who can be enrolled, and says of each photo why not."""
    await shared.enrol("crowd")
    for name, picture in {"ann/a": ALICE, "ann/b": far_away(), "no one/c": STRANGER}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.jpg").write_bytes(picture)

    code, out, err = await ran(
        sys.executable, EXAMPLES / "enroll.py", address(shared), "crowd", tmp_path
    )

    assert (0, "") == (code, err)
    told = sorted(out.splitlines())
    assert "ann: enrolled" == told[1]
    assert "this scene needs 40" in told[0]
    assert told[2].startswith("no one: refused: person_id")


@pytest.mark.parametrize(
    ("picture", "verdict"),
    [
        pytest.param(ALICE, "VERDICT_MATCH", id="somebody enrolled"),
        pytest.param(STRANGER, "VERDICT_NO_MATCH", id="a stranger"),
        pytest.param(far_away(), "VERDICT_RECAPTURE", id="far away"),
    ],
)
async def test_one_picture_by_grpcurl(
    shared: Mesh, tmp_path: Path, picture: bytes, verdict: str
) -> None:
    """Schema by reflection, picture by stdin, answer as JSON."""
    found("grpcurl")
    collection_id = f"grpcurl-{verdict.lower()}"
    await shared.enrol(collection_id, p1="obama")
    (tmp_path / "frame.jpg").write_bytes(picture)

    code, out, err = await ran(
        "sh", EXAMPLES / "identify.sh", address(shared), collection_id, tmp_path / "frame.jpg"
    )

    described, _, answer = out.partition("\n{\n")
    assert (0, "") == (code, err)
    assert "string collection_id = 3;" in described
    assert verdict == json.loads("{" + answer)["decision"]["verdict"]
