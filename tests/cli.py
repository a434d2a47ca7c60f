"""The command line in tests: run in here, or as a process, against a fake gateway or a gallery."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from client.cli import main
from tests.fake_gateway import FakeGateway
from tests.galleries import Stub

ROOT = Path(__file__).parents[1]

# Whoever runs tests in the background runs them deaf to Ctrl-C, and their children, too.
_START = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('client.cli', run_name='__main__', alter_sys=True)"
)


def run(gateway: FakeGateway, *arguments: object, **env: str) -> Result:
    """Run ``sureface`` in this process."""
    runner = CliRunner(env={"SUREFACE_ADDRESS": gateway.address, **env})
    return runner.invoke(main, [str(argument) for argument in arguments], prog_name="sureface")


async def run_gallery(port: int, *arguments: object) -> Result:
    """Run ``sureface gallery`` in this process, while a gallery serves in it, too."""
    words = ["gallery", *map(str, arguments)]
    runner = CliRunner(env={"SUREFACE_GALLERY": f"127.0.0.1:{port}"})
    return await asyncio.to_thread(runner.invoke, main, words, prog_name="sureface")


class Operator:
    """Somebody who looks after a gallery: by command line, and by stub to see what came of it."""

    def __init__(self, port: int, gallery: Stub) -> None:
        self.gallery = gallery
        self._port = port

    async def run(self, *arguments: object) -> Result:
        """Run ``sureface gallery``."""
        return await run_gallery(self._port, *arguments)


def process(
    *arguments: object, env: dict[str, str] | None = None, stdout: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Run ``sureface`` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", _START, *(str(argument) for argument in arguments)],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}"} | (env or {}),
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def identify(photo: Path) -> list[object]:
    """The command that most tests use."""
    return ["identify", photo, "--scene", "access_control", "--collection", "staff"]
