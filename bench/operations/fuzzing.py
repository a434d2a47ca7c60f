"""``fuzz``: a hundred thousand requests that nobody would send; nothing dies, nothing is told.

Calls to every method of the public API, by Hypothesis: plausible requests with odd values, pictures
of every format, and any of these damaged byte by byte, sent past the SDK. Each chunk has a seed,
which is printed with what it found; the same seed sends the same again. A fresh mesh comes every
few chunks.
"""

import asyncio
import itertools
import multiprocessing as mp
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import psutil

from bench import mesh
from bench.operations.bench import Bench, row
from bench.operations.fuzz.judging import Problem
from bench.operations.fuzz.playing import Chunk, play
from bench.operations.fuzz.preparing import prepared
from bench.operations.progress import shown
from bench.results import Row, table

NAME = "fuzz"

_CHUNK = 500
"""Calls of one seed, at most."""

_CHUNKS = 10
"""Of one mesh: what it keeps on record makes some answers long."""

_CALLERS = 2
"""Processes that send."""

_OPTIONS = ("--enhancer", "enhancer", "--fusion", "fusion")


class Findings:
    """What came of all calls so far."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.problems: list[Chunk] = []
        self.dead: list[str] = []
        """Processes that died by themselves."""

    @property
    def sent(self) -> int:
        """How many calls."""
        return self.outcomes.total()

    def facts(self) -> str:
        """All of it in a line."""
        return f"{self.sent} calls, {len(self.problems)} problems, {len(self.dead)} dead"

    def take(self, chunk: Chunk) -> None:
        """Add what came of a chunk; print what it found."""
        self.outcomes += chunk.outcomes
        if chunk.problem:
            self.problems.append(chunk)
            print(f"seed {chunk.seed}: {chunk.problem.value}: {chunk.words}", flush=True)


async def played(findings: Findings, seeds: list[int], count: int) -> None:
    """Send chunks to a mesh of their own."""
    loop = asyncio.get_running_loop()
    with (
        mesh.running(options=_OPTIONS) as running,
        ProcessPoolExecutor(_CALLERS, mp.get_context("spawn")) as callers,
    ):
        known = await prepared(running.address)
        pids = {name: psutil.Process(pid) for name, pid in running.pids.items()}
        chunks = [
            loop.run_in_executor(callers, play, running.address, known, count, seed)
            for seed in seeds
        ]
        for chunk in asyncio.as_completed(chunks):
            findings.take(await chunk)
        # One that died was started again by now: as another process.
        findings.dead += [name for name, process in pids.items() if not process.is_running()]


def rows(findings: Findings) -> list[Row]:
    """What is recorded."""
    counts = Counter(chunk.problem for chunk in findings.problems)
    refused = sum(n for name, n in findings.outcomes.items() if name != "OK")
    facts = (
        ("processes that died", len(findings.dead), "≤ 0"),
        ("answers that tell something internal", counts[Problem.INTERNAL_TEXT], "≤ 0"),
        ("refusals without a reason", counts[Problem.NO_REASON], "≤ 0"),
        ("bugs met", counts[Problem.BUG], "≤ 0"),
        ("calls that a service did not answer", counts[Problem.AWAY], "≤ 0"),
        ("calls", findings.sent, ""),
        ("calls refused", refused, ""),
        ("codes and reasons seen", len(findings.outcomes), ""),
    )
    return [row(NAME, metric, reached, goal) for metric, reached, goal in facts]


async def run(messages: int, seed: int) -> list[Row]:
    """Send so many at least, beginning with a seed."""
    findings, seeds = Findings(), itertools.count(seed)
    count = min(_CHUNK, messages)
    async with shown(NAME, findings.facts, lambda: findings.sent / messages):
        while findings.sent < messages:
            needed = -(-(messages - findings.sent) // count)
            await played(findings, list(itertools.islice(seeds, min(_CHUNKS, needed))), count)
    lines = [[name, str(count)] for name, count in findings.outcomes.most_common()]
    print(table([["answer", "times"], *lines]))
    print(f"seeds {seed} to {next(seeds) - 1}")
    return rows(findings)


BENCH = Bench(
    name=NAME,
    summary="requests and pictures that nobody would send",
    proof=100_000,
    unit="messages",
    run=run,
)
