"""Galleries under test, and what can befall them."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.kill.running import Running

_START_S = 1.0
"""About as long as a gallery takes to start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to kill."""

    name: str
    share: int
    """How often it is drawn, compared with the others."""

    strike: Callable[[], Awaitable[None]]
    """Kill. Returns once everything that was to die is dead."""

    large: bool = False
    """Whether it takes a collection that is worth snapshots."""


class Site(Protocol):
    """Galleries that are replicas of each other."""

    @property
    def replicas(self) -> Sequence[Running]:
        """All of them."""
        ...

    @property
    def faults(self) -> Sequence[Fault]:
        """What can befall them."""
        ...

    @property
    def snapshots(self) -> Sequence[Path]:
        """Folders of snapshots."""
        ...

    async def up(self) -> None:
        """Start again whatever is dead."""
        ...


async def kill_starting(replica: Running, chance: random.Random) -> None:
    """Start a process, and kill it before or as it serves."""
    await replica.begin()
    await asyncio.sleep(chance.uniform(0, _START_S))
    replica.kill()
    await replica.gone()


def drafts(folders: Sequence[Path]) -> list[Path]:
    """Snapshots that are not complete."""
    return [draft for folder in folders for draft in folder.glob("*.draft")]
