"""Asks the rival: `bench/peer.py` in a process of its own."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import load
from bench.load import Run
from bench.results import ROOT

MISSING = "no face_recognition in {python}: pip install '.[bench]' there, or name another Python"


class Rival:
    """dlib's `face_recognition`, one worker for each core."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def identify(self, photos: Sequence[Path]) -> Run:
        """Identify photos as fast as it can."""
        answer = self.ask({"identify": [str(photo) for photo in photos]})
        return load.run(answer["waits_s"], answer["took_s"])

    def ask(self, question: dict[str, object]) -> dict[str, Any]:
        """One line in, one line out."""
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("both are pipes")
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def is_there(python: str) -> bool:
    """Whether that Python can import the rival."""
    probe = [python, "-c", "import face_recognition"]
    with contextlib.suppress(OSError):
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    return False


@contextlib.contextmanager
def running(python: str, enroll: Sequence[Path]) -> Iterator[Rival]:
    """Run the rival, who knows these photos, while the block runs."""
    command = [python, str(ROOT / "bench" / "peer.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            rival = Rival(process)
            workers = len(os.sched_getaffinity(0))
            rival.ask({"enroll": [str(photo) for photo in enroll], "workers": workers})
            rival.identify(list(enroll[:workers]))  # starts the workers
            yield rival
        finally:
            if process.stdin:
                process.stdin.close()
