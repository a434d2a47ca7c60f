"""How values are spread over fixed buckets: what is kept does not grow with how many there are."""

import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

QUALITY_EDGES = tuple(step / 20 for step in range(21))
"""In [0, 1]; the lines of policies lie on edges."""

MAGNITUDE_EDGES = tuple(2 ** (step / 8) for step in range(-64, 129))
"""By equal ratios, since each contract has a scale of its own."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Values in [low, high), and in the last bucket `high`, too."""

    low: float
    high: float
    count: int


class Spread:
    """A histogram."""

    def __init__(self, edges: Sequence[float]) -> None:
        """Begin with nothing.

        Args:
            edges: Rising, at least two. What lies outside counts in the outermost bucket.
        """
        self._edges = edges
        self._counts: Counter[int] = Counter()
        self._sum = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        place = bisect.bisect_right(self._edges, value) - 1
        self._counts[min(max(place, 0), len(self._edges) - 2)] += 1
        self._sum += value

    @property
    def count(self) -> int:
        """How many values there are."""
        return self._counts.total()

    @property
    def mean(self) -> float:
        """Of all values, exactly; 0 without any."""
        return self._sum / self.count if self.count else 0.0

    def quantile(self, share: float) -> float:
        """Where this share of the values lies below, interpolated in its bucket; 0 without any.

        Args:
            share: Range [0, 1]; 0.5 is the median.
        """
        left = share * self.count
        for bucket in self.buckets:
            if left <= bucket.count:
                inside = left / bucket.count if bucket.count else 0.0
                return bucket.low + inside * (bucket.high - bucket.low)
            left -= bucket.count
        return 0.0

    @property
    def buckets(self) -> list[Bucket]:
        """From the first that holds a value to the last that does."""
        if not self._counts:
            return []
        places = range(min(self._counts), max(self._counts) + 1)
        return [
            Bucket(self._edges[place], self._edges[place + 1], self._counts[place])
            for place in places
        ]
