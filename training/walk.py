"""Step after step to the end: what is kept, asked and logged on the way, whatever is trained."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import torch
from rich.progress import Progress
from torch import nn

from training import records

DECAY = 0.998
"""Of the running mean of weights, which is what is kept in the end."""


class Pace(Protocol):
    """How far, and how often what."""

    @property
    def steps(self) -> int:
        """To take in all."""

    @property
    def keep_every(self) -> int:
        """Steps between two states on disk."""

    @property
    def ask_every(self) -> int:
        """Steps between two trials."""


class Walker(Protocol):
    """What is trained."""

    done: int
    """Steps taken."""

    def step(self) -> Mapping[str, float]:
        """Take one; returns numbers for the log, whose means are written."""

    def keep(self) -> None:
        """Write the state to disk."""

    def ask(self) -> Mapping[str, Any]:
        """Hold a trial; returns rates by condition, as dataclasses."""


def walk(title: str, walker: Walker, pace: Pace, folder: Path) -> None:
    """Go on to the end.

    Args:
        title: Of the progress bar.
        walker: Has done some steps, or none.
        pace: How far.
        folder: Of the logs `steps.csv` and `trial.csv`.
    """
    with Progress() as bar:
        task = bar.add_task(title, total=pace.steps, completed=walker.done)
        started, sums = time.monotonic(), Counter[str]()
        while walker.done < pace.steps:
            sums.update(walker.step())
            sums["steps"] += 1
            bar.advance(task)
            done, last = walker.done, walker.done == pace.steps
            if done % pace.keep_every == 0 or last:
                walker.keep()
                seconds = round(time.monotonic() - started)
                row = {"step": done, "seconds": seconds, **_means(sums)}
                records.append(folder / "steps.csv", row)
                started, sums = time.monotonic(), Counter[str]()
            if done % pace.ask_every == 0 or last:
                _report(folder / "trial.csv", done, walker.ask())


@torch.no_grad()
def follow(mean: nn.Module, fast: nn.Module) -> None:
    """Move a running mean towards the weights of now; counters are copied."""
    now = fast.state_dict()
    for name, slow in mean.state_dict().items():
        if slow.dtype.is_floating_point:
            slow.lerp_(now[name], 1 - DECAY)
        else:
            slow.copy_(now[name])


def _report(path: Path, step: int, found: Mapping[str, Any]) -> None:
    for name, rates in found.items():
        known = {key: value for key, value in asdict(rates).items() if value is not None}
        numbers = {key: round(value, 5) for key, value in known.items()}
        records.append(path, {"step": step, "condition": name} | numbers)


def _means(sums: Counter[str]) -> dict[str, float]:
    steps = sums.pop("steps")
    return {name: round(value / steps, 4) for name, value in sums.items()}
