"""What all of these benches have in common."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bench.results import Row

AREA = "operations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One of them."""

    name: str
    summary: str

    proof: int
    """Least amount of a run that is kept."""

    unit: str
    """What amounts are of, as an option has it: ``seconds``, for example."""

    run: Callable[[int, int], Coroutine[Any, Any, list[Row]]]
    """Takes an amount and a seed; prints what happened, and returns the numbers."""


def row(name: str, metric: str, reached: float, goal: str = "", unit: str = "") -> Row:
    """One number of a bench."""
    return Row(
        metric=f"{name}: {metric}",
        goal=goal,
        reached=round(reached, 3),
        unit=unit,
        command=f"python -m bench.operations {name}",
    )
