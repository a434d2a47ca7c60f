"""Callers in a process of their own, asked in lines: one JSON document in, one out.

    {"fill": "face.npy", "count": 100000}             ->  {"took_s": 12.3}
    {"effort": 400, "callers": 16, "calls": 800}      ->  {"waits_s": [0.004, …], "took_s": 1.9}
    {"effort": 400, "callers": 16}                    ->  the same, and {"rows": [[17, 4, …], …]}

What is measured may need packages that ours must not have: this module wants numpy and
rich, and nothing of ours but `waits`. Effort is whatever a side can spend more of to find
more: 0 if there is nothing.
"""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bench.gallery.waits import Waits, endless, some, together
from bench.results import ROOT

Vectors = NDArray[np.float32]
"""Shape (n, d)."""

BEST = 10
"""Answers to each probe."""


class Side(Protocol):
    """What is measured, seen by its callers."""

    async def fill(self, templates: Vectors) -> None:
        """Store templates, numbered by row, and index them."""
        ...

    async def search(self, probe: Vectors, effort: int) -> Sequence[int]:
        """The rows of the `BEST` templates most like a probe of shape (d,)."""
        ...


class Client:
    """Asks such a process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def fill(self, path: Path, count: int) -> float:
        """Let it take the first templates of a file: seconds until it could search them."""
        return float(self.ask({"fill": str(path), "count": count})["took_s"])

    def search(self, *, callers: int, calls: int, effort: int = 0) -> Waits:
        """Let so many callers make so many calls in all."""
        answer = self.ask({"effort": effort, "callers": callers, "calls": calls})
        return Waits(np.array(answer["waits_s"]), answer["took_s"])

    def found(self, *, callers: int, effort: int = 0) -> tuple[NDArray[np.int64], Waits]:
        """Rows found for all probes, and how long that took; -1 where there are too few."""
        answer = self.ask({"effort": effort, "callers": callers})
        rows = [[*each, *[-1] * BEST][:BEST] for each in answer["rows"]]
        return np.array(rows, np.int64), Waits(np.array(answer["waits_s"]), answer["took_s"])

    def ask(self, question: dict[str, object]) -> dict[str, Any]:
        """One line in, one line out."""
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("both are pipes")
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextlib.contextmanager
def running(command: Sequence[str | Path]) -> Iterator[Client]:
    """Run callers while the block runs."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        try:
            yield Client(process)
        finally:
            if process.stdin:
                process.stdin.close()


async def serve(side: Side, probes: Path) -> None:
    """Answer lines until there is none."""
    with np.load(probes) as arrays:
        vectors = list(arrays["vectors"])
    queue = endless(vectors)
    for line in sys.stdin:
        asked = json.loads(line)
        if "fill" in asked:
            began = time.perf_counter()
            await side.fill(np.load(asked["fill"], mmap_mode="r")[: asked["count"]])
            answer: dict[str, object] = {"took_s": time.perf_counter() - began}
        elif "calls" in asked:
            chosen = list(enumerate(some(queue, asked["calls"])))
            answer = await _asked(side, chosen, asked, rows={})
        else:
            rows: dict[int, list[int]] = {}
            answer = await _asked(side, list(enumerate(vectors)), asked, rows=rows)
            answer["rows"] = [rows[number] for number in range(len(vectors))]
        print(json.dumps(answer), flush=True)


async def _asked(
    side: Side,
    probes: Sequence[tuple[int, Vectors]],
    asked: dict[str, Any],
    rows: dict[int, list[int]],
) -> dict[str, object]:
    """Search for numbered probes; what was found goes into `rows`."""

    async def ask(numbered: tuple[int, Vectors]) -> None:
        number, probe = numbered
        rows[number] = [*await side.search(probe, asked["effort"])]

    waits = await together(ask, probes, callers=asked["callers"])
    return {"waits_s": waits.each_s.tolist(), "took_s": waits.took_s}
