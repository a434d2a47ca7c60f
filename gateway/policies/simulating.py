"""Tries a proposed table on the decision records of a period."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from faces.errors import StoreUnavailable
from faces.simulation import Simulation
from gateway.records.past import past

Records = Callable[[datetime | None], Iterable[Mapping[str, Any]]]
"""Reads the log from a point in time on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which decisions to try again."""

    start: datetime | None
    """The first moment; None for the log's beginning."""

    end: datetime | None
    """The first moment that is not in it; None for now."""

    scene: str
    """Empty for all."""

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Whether a record of `start` or later is one of them."""
        if self.scene and record.get("scene") != self.scene:
            return False
        return self.end is None or datetime.fromisoformat(record["time"]) < self.end


class Simulating:
    """One simulation at a time, on a thread of its own: doors go on meanwhile."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._turn = asyncio.Lock()

    async def run(self, simulation: Simulation, span: Span) -> None:
        """Add the decisions of a span to a simulation. Ends early when its caller leaves.

        Raises:
            StoreUnavailable: The log cannot be read.
        """
        gone = threading.Event()
        async with self._turn:
            try:
                await asyncio.to_thread(self._count, simulation, span, gone)
            finally:
                gone.set()

    def _count(self, simulation: Simulation, span: Span, gone: threading.Event) -> None:
        try:
            for record in self._records(span.start):
                if gone.is_set():
                    break
                if span.holds(record) and (decision := past(record)):
                    simulation.add(decision)
        except OSError as error:
            raise StoreUnavailable(store="decision") from error
