"""`sureface up` as a process of its own, watched and always ended."""

import asyncio
import contextlib
import json
import os
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil

from client.up.plan import SERVICES
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
