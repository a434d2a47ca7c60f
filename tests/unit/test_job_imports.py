"""Who needs which library for jobs."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_gateway_takes_jobs_without_what_workers_need() -> None:
    """It reads no video and cuts no crop; and whoever keeps jobs in a file needs no Redis."""
    heavy = ("av", "PIL", "pyarrow", "redis")
    code = f"import sys, gateway.app; print(sorted(set({heavy}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'gen'}"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "[]\n" == done.stdout
