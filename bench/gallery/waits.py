"""How long callers waited, side by side and in turns."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from bench.goal import mark
from bench.results import Row

T = TypeVar("T")

AREA = "gallery"


@dataclass(frozen=True, slots=True)
class Waits:
    """Calls of one side."""

    each_s: NDArray[np.float64]
    """Shape (calls,): as long as each caller waited."""

    took_s: float
    """From the first call to the last answer, over all rounds."""

    @property
    def per_s(self) -> float:
        """Calls in a second."""
        return len(self.each_s) / self.took_s

    def ms(self, percentile: float = 50) -> float:
        """The wait that so many percent of calls do not exceed."""
        return float(np.percentile(self.each_s, percentile)) * 1000

    @classmethod
    def of(cls, rounds: Iterable["Waits"]) -> "Waits":
        """All rounds of a side as one."""
        kept = list(rounds)
        return cls(np.concatenate([r.each_s for r in kept]), sum(r.took_s for r in kept))


def one_by_one(ask: Callable[[T], object], things: Iterable[T]) -> Waits:
    """Let one caller ask for one thing after the other."""
    each, began = [], time.perf_counter()
    for thing in things:
        asked = time.perf_counter()
        ask(thing)
        each.append(time.perf_counter() - asked)
    return Waits(np.array(each), time.perf_counter() - began)


async def together(
    ask: Callable[[T], Awaitable[object]], things: Iterable[T], *, callers: int
) -> Waits:
    """Let several callers ask, each for the next thing as soon as it has an answer."""
    each: list[float] = []
    left = iter(things)

    async def caller() -> None:
        for thing in left:
            asked = time.perf_counter()
            await ask(thing)
            each.append(time.perf_counter() - asked)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(callers):
            group.create_task(caller())
    return Waits(np.array(each), time.perf_counter() - began)


def in_turns(sides: Mapping[str, Callable[[], Waits]], *, rounds: int) -> dict[str, list[Waits]]:
    """Let sides work in turns; another one begins each round. All rounds of each side."""
    waits: dict[str, list[Waits]] = {name: [] for name in sides}
    for number in track(range(rounds), "rounds"):
        for name in turned(list(sides), number):
            waits[name].append(sides[name]())
    return waits


def turned(things: Sequence[T], by: int) -> list[T]:
    """The same things, another one first."""
    start = by % len(things)
    return [*things[start:], *things[:start]]


def endless(things: Sequence[T]) -> Iterator[T]:
    """Things from the front again after the last."""
    return itertools.cycle(things)


def some(things: Iterator[T], count: int) -> list[T]:
    """The next `count` things."""
    return list(itertools.islice(things, count))


def times(slow: Sequence[Waits], fast: Sequence[Waits]) -> float:
    """How many times as long half of the calls of one side take."""
    return Waits.of(slow).ms() / Waits.of(fast).ms()


def speed(many: Sequence[Waits], one: Sequence[Waits]) -> float:
    """How many times as many calls a second one side answers."""
    return Waits.of(many).per_s / Waits.of(one).per_s


def row(
    command: str, metric: str, reached: float, goal: str = "", *, unit: str = "", digits: int = 3
) -> Row:
    """One number, rounded away from its goal if it missed it: never across the line."""
    shown = round(reached, digits)
    if mark(goal, shown) is not mark(goal, reached):
        step = 10.0**-digits if shown < reached else -(10.0**-digits)
        shown = round(shown + step, digits)
    return Row(metric=metric, goal=goal, reached=shown, unit=unit, command=command)
