"""Error versus discard: does it help to leave out what a quality calls bad?

The quality of a comparison is the lower one of its two. Two conventions (`methods` D.3): the
line of the similarity stays where it was with nothing left out (ISO/IEC 29794-1), or moves so that
the rate of false matches among what is left stays (as CR-FIQA's code does). Curves are steps: a
comparison is there or not.
"""

from dataclasses import dataclass

import numpy as np

from evaluation.logistic import Events, Numbers
from evaluation.measures.bootstrap import DRAWS, Interval, People, around, weights
from evaluation.measures.matching import FALSE_MATCH_RATE, line

LIMIT = 0.3
"""Largest share left out that counts for the area."""

SHARES = tuple(round(0.05 * step, 2) for step in range(20))
"""Left out where the line moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard:
    """What one quality is good for."""

    shares: Numbers
    """Shape (s,): left out, rising from 0."""

    rates: Numbers
    """Shape (s,): false non-matches among the rest; the line stays."""

    area: Interval
    """Under it to `LIMIT`, as a share of what no quality would reach: 1 is useless."""

    replicates: Numbers
    """Shape (draws,): areas with people drawn again; the same people for every quality."""

    moving: Numbers
    """Shape of `SHARES`: the same if the line moves."""

    moving_area: float
    """Under that one, by trapezoids, normalised alike."""

    def ahead(self, other: "Discard") -> Interval:
        """How much less area this one has than another of the same comparisons."""
        return around(other.area.value - self.area.value, other.replicates - self.replicates)


def discard(
    quality: Numbers,
    genuine: Numbers,
    people: People,
    *,
    at: float,
    others: tuple[Numbers, Numbers],
    draws: int = DRAWS,
) -> Discard:
    """Judge one quality.

    Args:
        quality: Shape (n,), of mated comparisons.
        genuine: Shape (n,): their similarities.
        people: Shape (n,): whom they are of.
        at: The line.
        others: Qualities and similarities of non-mated comparisons, both of shape (m,).
        draws: Of people, for the interval.
    """
    failed = genuine < at
    rates = curve(quality, failed)
    replicates = resampled(quality, failed, people, draws=draws)
    moved = moving(quality, genuine, *others)
    return Discard(
        shares=np.arange(len(rates)) / len(rates),
        rates=rates,
        area=around(area(rates), replicates),
        replicates=replicates,
        moving=moved,
        moving_area=_trapezoids(moved),
    )


def curve(quality: Numbers, failed: Events) -> Numbers:
    """False non-match rates with the k worst left out, k from 0 to n - 1; ties in their order."""
    left = failed[np.argsort(quality, kind="stable")][::-1].cumsum()[::-1]
    return np.asarray(left / np.arange(len(failed), 0, -1))


def area(rates: Numbers, *, limit: float = LIMIT) -> float:
    """The area of a step curve to `limit`, over that of its start; NaN if nothing fails."""
    if rates[0] == 0:
        return float("nan")
    widths = np.clip(limit * len(rates) - np.arange(len(rates)), 0.0, 1.0)
    return float((rates * widths).sum() / (limit * len(rates) * rates[0]))


def ideal(failed: Events, *, limit: float = LIMIT) -> float:
    """The area of a quality that knows what fails: none can have less."""
    return area(curve(np.where(failed, 0.0, 1.0), failed), limit=limit)


def resampled(quality: Numbers, failed: Events, people: People, *, draws: int) -> Numbers:
    """Areas of replicates, shape (draws,)."""
    order = np.argsort(quality, kind="stable")
    worst_first, drawn = failed[order], weights(people, draws=draws)[:, order]
    return np.array(
        [
            area(np.asarray(left[::-1].cumsum()[::-1] / np.arange(len(left), 0, -1)))
            for left in (np.repeat(worst_first, often) for often in drawn)
        ]
    )


def moving(
    quality: Numbers,
    genuine: Numbers,
    quality_others: Numbers,
    others: Numbers,
    *,
    rate: float = FALSE_MATCH_RATE,
) -> Numbers:
    """False non-match rates at `SHARES`, the line set anew on the strangers that are left.

    NaN where none is left.
    """
    ranked = np.sort(quality)
    found = []
    for share in SHARES:
        least = ranked[int(share * len(ranked))]
        left = others[quality_others >= least]
        missed = genuine[quality >= least] < line(left, rate)
        found.append(float(missed.mean()) if len(left) else float("nan"))
    return np.array(found)


def _trapezoids(rates: Numbers) -> float:
    inside = [share <= LIMIT for share in SHARES]
    if rates[0] == 0:
        return float("nan")
    return float(np.trapezoid(rates[inside], np.array(SHARES)[inside]) / (LIMIT * rates[0]))
