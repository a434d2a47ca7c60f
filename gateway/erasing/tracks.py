"""What jobs have found, which workers erase: how a gateway tells them, and what it hears."""

import asyncio
from pathlib import Path

from faces.errors import StoreUnavailable
from gateway.jobs.artefacts import shown_tracks
from gateway.jobs.erasures import Erasure
from gateway.jobs.store import JobStore
from meshkit.deadlines import remaining_s

_LOOK_S = 0.1


class Tracks:
    """Tells of erasures through the store of jobs, which all gateways and workers share."""

    def __init__(self, jobs: JobStore, output: Path | None, *, wait_s: float = 10.0) -> None:
        """Tell.

        Args:
            jobs: The store.
            output: What jobs have found; None if this gateway does not see it.
            wait_s: How long a worker may take before a receipt goes without its count.
        """
        self._jobs = jobs
        self._output = output
        self._wait_s = wait_s

    async def tell(self, erasure: Erasure) -> int:
        """Tell all others of an erasure; its position in the store.

        Raises:
            StoreUnavailable: Nobody learns of it.
        """
        return await self._jobs.add_erasure(erasure)

    async def erased(self, erasure: Erasure, position: int) -> int | None:
        """How many tracks are erased; None if no worker has said so in time.

        Where this gateway sees that there is nothing to erase, it waits for nobody.
        """
        if self._output is None:
            return None
        try:
            if not await asyncio.to_thread(shown_tracks, self._output, erasure):
                return 0
        except OSError:
            return None
        try:
            async with asyncio.timeout(self._patience_s()):
                return await self._said(position)
        except (TimeoutError, StoreUnavailable):
            return None

    def _patience_s(self) -> float:
        """Not all of what the caller has: they are to get their receipt."""
        left = remaining_s()
        return self._wait_s if left is None else min(self._wait_s, left / 2)

    async def _said(self, position: int) -> int:
        """What a worker says once it has looked."""
        while True:
            [told, *_] = await self._jobs.erasures(position - 1)
            if told.erasure.track_count is not None:
                return told.erasure.track_count
            await asyncio.sleep(_LOOK_S)
