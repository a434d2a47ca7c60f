"""The pictures of one camera in one scene and one period, counted."""

from collections import Counter
from dataclasses import dataclass, field

from faces.insight.causes import CAUSES, Cause, causes
from faces.insight.probe import Outcome, Probe
from faces.insight.spread import MAGNITUDE_EDGES, QUALITY_EDGES, Spread


@dataclass(slots=True)
class Tally:
    """Every record is counted once in `outcomes`; those of low quality once in `clusters`."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)

    clusters: Counter[frozenset[Cause]] = field(default_factory=Counter)
    """Which causes come together, and how often."""

    quality: Spread = field(default_factory=lambda: Spread(QUALITY_EDGES))

    magnitudes: dict[str, Spread] = field(default_factory=dict)
    """By contract, the latest at the end: scales of several models do not mix."""

    def add(self, probe: Probe) -> None:
        """Count one record."""
        outcome = probe.outcome
        self.outcomes[outcome] += 1
        if outcome is Outcome.LOW:
            self.clusters[causes(probe)] += 1
        if probe.quality is not None:
            self.quality.add(probe.quality)
        if probe.magnitude is not None:
            spread = self.magnitudes.pop(probe.contract_id, None) or Spread(MAGNITUDE_EDGES)
            spread.add(probe.magnitude)
            self.magnitudes[probe.contract_id] = spread

    @property
    def records(self) -> int:
        """How many there are."""
        return self.outcomes.total()

    @property
    def low(self) -> int:
        """How many faces are of low quality."""
        return self.outcomes[Outcome.LOW]

    @property
    def faces(self) -> int:
        """How many faces somebody looked at."""
        return self.low + self.outcomes[Outcome.GOOD]

    @property
    def low_share(self) -> float:
        """Of the faces that somebody looked at; 0 without any."""
        return self.low / self.faces if self.faces else 0.0

    @property
    def by_cause(self) -> list[tuple[Cause, int]]:
        """How many pictures each cause had a part in, the most frequent first; none with 0."""
        totals = {
            cause: sum(count for together, count in self.clusters.items() if cause in together)
            for cause in CAUSES
        }
        found = [(cause, count) for cause, count in totals.items() if count]
        return sorted(found, key=lambda item: -item[1])
