"""The command line in tests: run in here, or as a process, against a fake gateway."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from client.cli import main
from tests.fake_gateway import FakeGateway

ROOT = Path(__file__).parents[1]


def run(gateway: FakeGateway, *arguments: object, **env: str) -> Result:
    """Run ``sureface`` in this process."""
    runner = CliRunner(env={"SUREFACE_ADDRESS": gateway.address, **env})
    return runner.invoke(main, [str(argument) for argument in arguments], prog_name="sureface")


def process(
    *arguments: object, env: dict[str, str] | None = None, stdout: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Run ``sureface`` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "client.cli", *(str(argument) for argument in arguments)],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}"} | (env or {}),
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def identify(photo: Path) -> list[object]:
    """The command that most tests use."""
    return ["identify", photo, "--scene", "access_control", "--collection", "staff"]
