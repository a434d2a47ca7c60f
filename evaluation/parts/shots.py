"""Repeated shots: how far the similarity of one face jumps from frame to frame."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.conditions import Condition
from evaluation.logistic import Numbers
from evaluation.measures import ladders
from evaluation.trial import Trial

SHOTS = 5
"""Of one face under one condition, as in source article 000."""

GOOD, BAD = 0.6, 0.4
"""Quality from which the article promises a spread below .03, and below which above .08."""

REVIEW = 0.35
"""Similarity below which the article calls two faces different."""

Table = NDArray[np.float64]
"""Shape (faces, shots)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Faces of a range of quality; a face under each condition counts apart."""

    faces: int
    spread: float
    """Mean over the faces of the standard deviation of genuine similarity over their shots;
    NaN if there is no face."""

    worst: float
    """One of ten faces has a larger one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shots:
    """By mean quality over the shots."""

    good: Group
    fair: Group
    bad: Group
    below_review: float
    """Share of genuine comparisons at ISO 6400 below .35; the article says .68."""

    held: float | None
    """Share of the shots whose band of quality holds the mean quality of the other shots of the
    same face; None if the model has no bands."""


def measure(trial: Trial, conditions: Sequence[Condition], advance: Callable[[int], None]) -> Shots:
    """Photograph every probe `SHOTS` times under each condition."""
    runs = [
        [trial.run(condition, shot=shot, advance=advance) for shot in range(SHOTS)]
        for condition in conditions
    ]
    worst = {condition.name: row for condition, row in zip(conditions, runs, strict=True)}
    low = [result.genuine < REVIEW for result in worst.get("iso 6400", [])]
    bands = [[result.seen.band for result in row] for row in runs]
    known = [[band for band in row if band is not None] for row in bands]
    quality = _table([[result.seen.quality for result in row] for row in runs])
    return Shots(
        **grouped(_table([[result.genuine for result in row] for row in runs]), quality),
        below_review=float(np.mean(low)) if low else float("nan"),
        held=(
            held(
                quality,
                _table([[band[0] for band in row] for row in known]),
                _table([[band[1] for band in row] for row in known]),
            )
            if known[0]
            else None
        ),
    )


def grouped(genuine: Table, quality: Table) -> dict[str, Group]:
    """Spread of similarity, by mean quality: good, fair and bad faces."""
    spread, mean = ladders.spread(genuine), quality.mean(axis=1)
    return {
        "good": _group(spread[mean >= GOOD]),
        "fair": _group(spread[(mean < GOOD) & (mean >= BAD)]),
        "bad": _group(spread[mean < BAD]),
    }


def held(quality: Table, low: Table, high: Table) -> float:
    """Share of the shots whose band holds the mean of the others."""
    count = quality.shape[1]
    others = (quality.sum(axis=1, keepdims=True) - quality) / (count - 1)
    return float(np.mean((low <= others) & (others <= high)))


def _group(spread: Numbers) -> Group:
    if not len(spread):
        return Group(faces=0, spread=float("nan"), worst=float("nan"))
    worst = float(np.quantile(spread, 0.9))
    return Group(faces=len(spread), spread=float(spread.mean()), worst=worst)


def _table(runs: list[list[Numbers]]) -> Table:
    return np.concatenate([np.stack(row, axis=1) for row in runs])
