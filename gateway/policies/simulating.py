"""Tries a proposed table on the decision records of a period."""

from dataclasses import dataclass
from datetime import datetime

from faces.simulation import Simulation
from gateway.records.past import past
from gateway.records.walks import Record, Walks


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which decisions to try again."""

    start: datetime | None
    """The first moment; None for the log's beginning."""

    end: datetime | None
    """The first moment that is not in it; None for now."""

    scene: str
    """Empty for all."""

    def holds(self, record: Record) -> bool:
        """Whether a record of `start` or later is one of them."""
        if self.scene and record.get("scene") != self.scene:
            return False
        return self.end is None or datetime.fromisoformat(record["time"]) < self.end


class Simulating:
    """Counts what would change."""

    def __init__(self, walks: Walks) -> None:
        self._walks = walks

    async def run(self, simulation: Simulation, span: Span) -> None:
        """Add the decisions of a span to a simulation. Ends early when its caller leaves.

        Raises:
            StoreUnavailable: The log cannot be read.
        """

        def visit(record: Record) -> None:
            if span.holds(record) and (decision := past(record)):
                simulation.add(decision)

        await self._walks.each(span.start, visit)
