"""From false matches of single comparisons to false positives of whole searches, and back.

A search of N persons is false if a single one of them reaches the line:
``FPIR = 1 - (1 - FMR) ** N`` if comparisons are independent. Of one probe they are not quite, so
that there are rather fewer false searches. A person with m templates is searched by the best of
them, which counts as ``m ** growth`` persons with one: 1 if they are all alike, m if they have
nothing in common.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Of a collection, or of what a claim is verified against."""

    persons: int
    """0 or more."""

    templates: int
    """Of all of them."""

    @property
    def each(self) -> float:
        """Templates of a person, on average; at least 1."""
        return max(1.0, self.templates / max(1, self.persons))

    @property
    def one(self) -> "Size":
        """A single person with as many templates as the others have."""
        return Size(persons=1, templates=round(self.each))

    def comparisons(self, growth: float) -> float:
        """Independent templates of strangers that are as bad as this gallery."""
        return float(self.persons * self.each**growth)


def fpir_of(fmr: float, comparisons: float) -> float:
    """FPIR at a line that single comparisons reach with a chance FMR."""
    if fmr >= 1:
        return 1.0 if comparisons else 0.0
    return -math.expm1(comparisons * math.log1p(-fmr))


def fmr_for(fpir: float, comparisons: float) -> float:
    """FMR that gives this FPIR, below 1; `comparisons` is above 0. The inverse of `fpir_of`."""
    return -math.expm1(math.log1p(-fpir) / comparisons)
