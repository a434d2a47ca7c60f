"""``python -m bench.lfw``: labelled faces through the public API, photos in, similarity out.

Nothing is measured beside the product: the processes are those of ``sureface up``, the
call is `Compare`, and the pictures travel as they are on disk.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import Progress

from bench import DATA, mesh, pairs, verification
from bench.pairs import Pair
from bench.results import Row, record, show
from client import AsyncSureface
from client.types import Comparison

SCENE = "search_prefilter"
"""Answers a similarity whenever both pictures show a face, whatever it decides."""

CALLERS = 8
"""Pairs under way at one time."""

FALSE_MATCH_RATE = 1e-3

COMMAND = "python -m bench.lfw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the mesh makes of labelled pairs."""

    accuracy: verification.Accuracy
    match_rate: float
    """True matches at `FALSE_MATCH_RATE`, in [0, 1]."""

    threshold: float
    """The line of that rate."""

    faceless: frozenset[Path]
    """Pictures in which no face was found."""


async def compare(
    address: str, tests: Sequence[Pair], *, callers: int = CALLERS
) -> list[Comparison]:
    """Compare pairs with `callers` calls at a time and a progress bar; answers in order."""
    answers: dict[int, Comparison] = {}
    waiting = iter(enumerate(tests))
    with Progress(disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("comparing", total=len(tests))
        async with AsyncSureface(address) as client, asyncio.TaskGroup() as group:

            async def caller() -> None:
                for number, pair in waiting:
                    answers[number] = await client.compare(
                        scene=SCENE, first=pair.first, second=pair.second
                    )
                    progress.advance(task)

            for _ in range(callers):
                group.create_task(caller())
    return [answers[number] for number in range(len(tests))]


def judge(tests: Sequence[Pair], answers: Sequence[Comparison]) -> Measured:
    """Score answers; a pair without a similarity counts as different people."""
    scores = np.array([-1.0 if a.similarity is None else a.similarity for a in answers])
    same = np.array([pair.same for pair in tests])
    folds = np.array([pair.fold for pair in tests])
    rate, line = verification.match_rate(scores, same, false_rate=FALSE_MATCH_RATE)
    sides = [
        (path, side.face)
        for pair, answer in zip(tests, answers, strict=True)
        for path, side in ((pair.first, answer.first), (pair.second, answer.second))
    ]
    return Measured(
        accuracy=verification.accuracy(scores, same, folds),
        match_rate=rate,
        threshold=line,
        faceless=frozenset(path for path, face in sides if face is None),
    )


def measure(tests: Sequence[Pair]) -> Measured:
    """Start a mesh, send it every pair, stop it, and judge what it answered."""
    with mesh.running() as running:
        answers = asyncio.run(compare(running.address, tests))
    return judge(tests, answers)


def rows(measured: Measured) -> list[Row]:
    """What is recorded of a full run."""
    found = measured.accuracy

    def percent(share: float) -> float:
        return round(100 * share, 3)

    return [
        Row(
            metric="LFW folds 1-5 through the public API: accuracy",
            goal="≥ 99.2",
            reached=percent(found.mean),
            unit="%",
            command=COMMAND,
        ),
        Row(
            metric="LFW folds 1-5: standard deviation of the folds' accuracies",
            reached=percent(found.std),
            unit="%",
            command=COMMAND,
        ),
        Row(
            metric="LFW folds 1-5: true matches at a false match rate of 0.001",
            reached=percent(measured.match_rate),
            unit="%",
            command=COMMAND,
        ),
        Row(
            metric="LFW folds 1-5: images without a face",
            goal="≤ 0",
            reached=len(measured.faceless),
            command=COMMAND,
        ),
    ]


def main() -> None:
    """Measure, print, and keep the numbers of a full run."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with lfw/pairs.csv")
    parser.add_argument("--sample", type=int, help="this many pairs instead of all; kept nowhere")
    parser.add_argument("--seed", type=int, default=20, help="of the sample")
    arguments = parser.parse_args()
    tests = pairs.read(arguments.data)
    if arguments.sample:
        tests = pairs.sample(tests, arguments.sample, seed=arguments.seed)
    measured = measure(tests)
    found = rows(measured)
    print(f"{len(tests)} pairs; similarity for FMR {FALSE_MATCH_RATE}: {measured.threshold:.4f}")
    print(f"thresholds of the folds: {', '.join(f'{t:.4f}' for t in measured.accuracy.thresholds)}")
    for path in sorted(measured.faceless):
        print(f"no face: {path}")
    show(found)
    if not arguments.sample:
        record("mesh", found)


if __name__ == "__main__":
    main()
