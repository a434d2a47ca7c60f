"""A store of jobs in tests, as far as it tells of erasures."""

from collections.abc import Sequence
from typing import cast

from faces.errors import StoreUnavailable
from gateway.jobs.erasures import Erasure, Numbered
from gateway.jobs.store import JobStore


class Told:
    """Keeps what it is told, unless it is away."""

    def __init__(self, *erasures: Erasure, away: bool = False) -> None:
        self.told = list(erasures)
        self.away = away

    def store(self) -> JobStore:
        """As gateways and workers know it."""
        return cast("JobStore", self)

    async def add_erasure(self, erasure: Erasure) -> int:
        """Implement `JobStore.add_erasure`."""
        self._require_here()
        known = [each.erasure_id for each in self.told]
        if erasure.erasure_id not in known:
            self.told.append(erasure)
        return [each.erasure_id for each in self.told].index(erasure.erasure_id) + 1

    async def change_erasure(self, erasure: Erasure) -> None:
        """Implement `JobStore.change_erasure`."""
        self._require_here()
        names = [each.erasure_id for each in self.told]
        self.told[names.index(erasure.erasure_id)] = erasure

    async def erasures(self, after: int) -> Sequence[Numbered]:
        """Implement `JobStore.erasures`."""
        self._require_here()
        return [Numbered(n, each) for n, each in enumerate(self.told, 1) if n > after]

    def _require_here(self) -> None:
        if self.away:
            raise StoreUnavailable(store="job")
