"""Numbers that say how good a score or a probability is."""

from dataclasses import dataclass

import numpy as np

from evaluation.logistic import Events, Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One row of a reliability table."""

    count: int
    """Probes in this bin."""

    predicted: float
    """Mean probability that was promised."""

    observed: float
    """Share in which the event happened."""


def reliability(promised: Numbers, happened: Events, *, bins: int = 10) -> list[Bin]:
    """Group by promised probability into equal ranges of [0, 1]; empty ones are left out."""
    index = np.minimum((promised * bins).astype(int), bins - 1)
    return [
        Bin(
            count=int(inside.sum()),
            predicted=float(promised[inside].mean()),
            observed=float(happened[inside].mean()),
        )
        for inside in (index == i for i in range(bins))
        if inside.any()
    ]


def calibration_error(table: list[Bin]) -> float:
    """Mean distance between promise and outcome, weighted by count (ECE)."""
    total = sum(row.count for row in table)
    return sum(row.count * abs(row.predicted - row.observed) for row in table) / total


def log_loss(promised: Numbers, happened: Events) -> float:
    """Mean negative log likelihood, in nats."""
    chance = np.clip(np.where(happened, promised, 1.0 - promised), 1e-12, 1.0)
    return float(-np.log(chance).mean())


def auc(score: Numbers, happened: Events) -> float:
    """Chance that a probe with the event has the higher score; ties count half."""
    rank = ranks(score)
    positives = int(happened.sum())
    negatives = len(happened) - positives
    excess = rank[happened].sum() - positives * (positives + 1) / 2
    return float(excess / (positives * negatives))


def spearman(a: Numbers, b: Numbers) -> float:
    """Rank correlation, in [-1, 1]."""
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])


def ranks(values: Numbers) -> Numbers:
    """Ranks from 1; equal values share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2.0)[inverse]
