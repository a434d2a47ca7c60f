"""Probes on ladders: what becomes of quality and of recognition, rung by rung."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evaluation.conditions import Condition
from evaluation.logistic import Numbers
from evaluation.measures.bootstrap import Interval
from evaluation.measures.patterns import Named
from evaluation.trial import Result, Trial

HIDDEN = {"json": False}
"""Of fields that are too large for the JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One condition, over all probes."""

    name: str
    ladder: str
    severity: float

    quality: float
    """Mean."""

    quality_range: tuple[float, float]
    """One of ten lies below, one of ten above."""

    similarity: float
    """Mean of mated comparisons with a clean reference."""

    similarity_range: tuple[float, float]
    """As `quality_range`."""

    fnmr: Interval
    """False non-match rate at the line of clean probes."""

    fmr: float
    """False match rate at that line."""

    share: float | None
    """Mean weight of the branch for spoiled crops, where there is one."""

    named: Named | None
    """How well patterns were named, where they are."""

    parity: float | None
    """Mean quality on the curve of the article, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """Rungs, and what goals are computed from; one column a condition."""

    rungs: list[Rung]

    quality: dict[str, Numbers] = field(metadata=HIDDEN)
    """Of each probe, by condition."""

    genuine: dict[str, Numbers] = field(metadata=HIDDEN)
    """Similarity of each probe, by condition."""

    failed: dict[str, NDArray[np.float64]] = field(metadata=HIDDEN)
    """1 for each probe below the line, by condition."""

    def of(self, ladder: str) -> list[Rung]:
        """Rungs of one ladder, from mild to severe."""
        return [rung for rung in self.rungs if rung.ladder == ladder]

    def ladders(self) -> list[str]:
        """Names, in their order."""
        return list(dict.fromkeys(rung.ladder for rung in self.rungs))


def climb(trial: Trial, conditions: Sequence[Condition], advance: Callable[[int], None]) -> Climbed:
    """Run conditions; `advance` hears of every crop."""
    found = Climbed(rungs=[], quality={}, genuine={}, failed={})
    for condition in conditions:
        result = trial.run(condition, advance=advance)
        found.rungs.append(_rung(condition, result))
        found.quality[condition.name] = result.seen.quality
        found.genuine[condition.name] = result.genuine
        found.failed[condition.name] = result.failed
    return found


def _rung(condition: Condition, result: Result) -> Rung:
    seen = result.seen
    return Rung(
        name=condition.name,
        ladder=condition.ladder,
        severity=condition.severity,
        quality=float(seen.quality.mean()),
        quality_range=_range(seen.quality),
        similarity=float(result.genuine.mean()),
        similarity_range=_range(result.genuine),
        fnmr=result.fnmr,
        fmr=result.fmr,
        share=None if seen.share is None else float(seen.share.mean()),
        named=result.named,
        parity=None if seen.parity is None else float(seen.parity.mean()),
    )


def _range(values: Numbers) -> tuple[float, float]:
    low, high = np.quantile(values, [0.1, 0.9])
    return float(low), float(high)
