"""The README's examples, run as they stand against a real mesh."""

import asyncio
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.mesh.mesh import Mesh
from tests.photos import photo
from tests.processes import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str, word: str) -> str:
    """The code block in a language that holds a word."""
    blocks = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    [found] = [text for text in blocks if word in text]
    return str(found)


async def output(program: str, *arguments: str, folder: Path) -> str:
    """What a program prints, run in a folder with our tools on its path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        *(program, *arguments),
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}"},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert 0 == process.returncode
    return out.decode()


async def test_the_call_from_another_language(shared: Mesh, tmp_path: Path) -> None:
    """`buf curl` answers what the README says that it answers."""
    command = block("sh", "buf curl").replace("50050", str(shared.processes["gateway"].port))
    shell = shutil.which("sh")
    assert shell

    out = await output(shell, "-c", command, folder=tmp_path)

    assert json.loads(block("json", "VERDICT_RECAPTURE")) == json.loads(out)


async def test_the_call_from_python(shared: Mesh, tmp_path: Path) -> None:
    """The SDK's example runs, and prints a verdict, its rule and its reason."""
    await shared.enrol("demo", p1="obama")
    (tmp_path / "frame.jpg").write_bytes(photo("obama2"))
    port = str(shared.processes["gateway"].port)
    program = block("python", "Sureface").replace("50050", port)

    out = await output(sys.executable, "-c", program, folder=tmp_path)

    assert out.startswith("Verdict.MATCH Rule.ACCEPT similarity 0.7")
