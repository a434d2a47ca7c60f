"""One gallery on a file."""

import asyncio
import random
import shutil
import time
from pathlib import Path

from bench.kill.running import Running
from bench.kill.sites.site import Fault, drafts, kill_starting
from bench.kill.tally import Tally

_SAVES_S = 10.0
"""Longest time until a start saves; it may have no reason to."""


class SqliteSite:
    """One gallery on a file."""

    def __init__(self, folder: Path, tally: Tally, chance: random.Random) -> None:
        self.database = folder / "gallery.db"
        self.snapshots = [folder / "gallery.db.snapshots"]
        self._chance = chance
        self._one = Running(tally, PATH=self.database)
        self.replicas = [self._one]
        self.faults = [
            Fault(name="gallery", share=6, strike=self._kill),
            Fault(name="gallery that starts", share=1, strike=self._kill_twice),
            Fault(name="gallery that stops", share=1, strike=self._kill_stopping),
            Fault(
                name="gallery that saves a snapshot",
                share=3,
                strike=self._kill_saving,
                large=True,
            ),
        ]

    async def up(self) -> None:
        """Implement `Site`."""
        await self._one.up()

    async def _kill(self) -> None:
        self._one.kill()
        await self._one.gone()

    async def _kill_twice(self) -> None:
        await self._kill()
        await kill_starting(self._one, self._chance)

    async def _kill_stopping(self) -> None:
        self._one.stop()
        await asyncio.sleep(self._chance.uniform(0, 0.3))
        self._one.kill()
        await self._one.gone(stopped=True)

    async def _kill_saving(self) -> None:
        """A gallery without a snapshot saves one as it starts."""
        await self._kill()
        shutil.rmtree(self.snapshots[0], ignore_errors=True)
        await self._one.begin()
        ends = time.monotonic() + _SAVES_S
        # Nobody but the folder tells.
        while not drafts(self.snapshots) and time.monotonic() < ends:  # noqa: ASYNC110  # see above
            await asyncio.sleep(0.001)
        await asyncio.sleep(self._chance.uniform(0, 0.01))
        await self._kill()
