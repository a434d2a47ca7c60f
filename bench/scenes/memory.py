"""What processes hold in memory while something runs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import psutil

MIB = 2**20

_EVERY_S = 1.0


@dataclass(slots=True)
class Held:
    """Resident memory of processes, once a second."""

    mib: dict[str, list[float]] = field(default_factory=dict)
    """By the name of the process."""

    def most(self, name: str) -> float:
        """The most that it ever held."""
        return max(self.mib[name])

    def growth(self, name: str) -> float:
        """The last fifth of the time, times the second fifth: the first one warms up."""
        fifth = max(1, len(self.mib[name]) // 5)
        early, late = self.mib[name][fifth : 2 * fifth], self.mib[name][-fifth:]
        return sum(late) / len(late) / (sum(early) / len(early))


@contextlib.asynccontextmanager
async def watched(pids: Mapping[str, int]) -> AsyncIterator[Held]:
    """Look at processes while the block runs."""
    held = Held({name: [] for name in pids})
    processes = {name: psutil.Process(pid) for name, pid in pids.items()}

    async def looking() -> None:
        while True:
            for name, process in processes.items():
                held.mib[name].append(process.memory_info().rss / MIB)
            await asyncio.sleep(_EVERY_S)

    task = asyncio.create_task(looking())
    try:
        yield held
    finally:
        task.cancel()
        await asyncio.wait([task])
