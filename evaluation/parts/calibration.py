"""Whether quality keeps its promise, and what a similarity is worth as evidence.

Factors of likelihood ratios are fitted on people of `train/` who are kept aside, under the same
degradations, and judged on LFW.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from evaluation import metrics
from evaluation.logistic import Events, Numbers
from evaluation.metrics import Bin
from evaluation.parts.mixed import Mixed
from evaluation.trial import Trial
from faces.calibration import likelihood

EDGES = (0.0, 0.3, 0.4, 0.6, 0.8, 1.0)
"""Of bins of quality: the bands of `faces.quality`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """Mated ones, then those of strangers: arrays of one length."""

    similarity: Numbers

    quality: Numbers
    """The lower one of both photos."""

    same: Events


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Of likelihood ratios, in bits."""

    name: str
    mated: int
    others: int
    cost: float
    """Cllr."""

    least: float
    """Cllr_min: of the best calibration of the same order."""

    @property
    def calibration(self) -> float:
        """Ccal: what calibration costs."""
        return self.cost - self.least


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """On one set of mixed degradations."""

    reliability: list[Bin]
    """Promised against passed, of spoiled probes and clean references."""

    error: float
    """ECE of that."""

    alone: Costs
    """By similarity alone."""

    aware: Costs
    """With quality."""

    bins: list[Costs]
    """The same ratios, by quality."""


def measure(trial: Trial, mixed: Mixed, taught: Comparisons) -> Calibrated:
    """Judge promises and evidence.

    Args:
        trial: Of the model.
        mixed: What it made of a set.
        taught: What it made of the same set of other people: ratios are fitted on them.
    """
    passed = mixed.genuine >= trial.line
    table = metrics.reliability(mixed.probes.quality, passed)
    alone, aware, bins = evidence(compared(trial, mixed), taught)
    return Calibrated(
        reliability=table,
        error=metrics.calibration_error(table),
        alone=alone,
        aware=aware,
        bins=bins,
    )


def compared(trial: Trial, mixed: Mixed) -> Comparisons:
    """All comparisons of a set."""
    probe, reference = mixed.stranger
    rows = np.concatenate([np.arange(len(mixed.genuine)), probe])
    others = np.concatenate([mixed.reference, reference])
    clean = trial.clean.quality[trial.mated.references]
    return Comparisons(
        similarity=np.concatenate([mixed.genuine, mixed.others]),
        quality=np.minimum(mixed.probes.quality[rows], clean[others]),
        same=np.arange(len(rows)) < len(mixed.genuine),
    )


def evidence(given: Comparisons, taught: Comparisons) -> tuple[Costs, Costs, list[Costs]]:
    """Costs of ratios by similarity alone, with quality, and of the latter by bins of quality."""
    ratios = [
        likelihood.columns(given.similarity, its)
        @ likelihood.fit(likelihood.columns(taught.similarity, other), taught.same)
        for its, other in ((None, None), (given.quality, taught.quality))
    ]
    alone, aware = ratios
    bins = []
    for low, high in itertools.pairwise(EDGES):
        inside = (given.quality >= low) & ((given.quality < high) | (high == EDGES[-1]))
        same = given.same[inside]
        if same.any() and (~same).any():
            bins.append(costs(f"quality {low:.1f} to {high:.1f}", aware[inside], same))
    return (
        costs("similarity alone", alone, given.same),
        costs("with quality", aware, given.same),
        bins,
    )


def costs(name: str, ratio: Numbers, same: Events) -> Costs:
    """Judge ratios."""
    return Costs(
        name=name,
        mated=int(same.sum()),
        others=int((~same).sum()),
        cost=likelihood.cost(ratio, same),
        least=likelihood.least_cost(ratio, same),
    )
