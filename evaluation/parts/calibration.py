"""Whether quality keeps its promise, and what a similarity is worth as evidence.

Factors of likelihood ratios are fitted on four folds and judged on the fifth; they are used for
nothing else.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from evaluation import metrics
from evaluation.logistic import Events, Numbers
from evaluation.measures import likelihood
from evaluation.measures.bootstrap import People
from evaluation.metrics import Bin
from evaluation.parts.mixed import Mixed
from evaluation.trial import Trial

EDGES = (0.0, 0.3, 0.4, 0.6, 0.8, 1.0)
"""Of bins of quality: the bands of `faces.quality`."""


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
    """On one set of mixed degradations, and on clean labelled pairs."""

    reliability: list[Bin]
    """Promised against passed, of spoiled probes and clean references."""

    error: float
    """ECE of that."""

    costs: list[Costs]
    """Of clean pairs and of mixed degradations, by similarity alone, with quality, and by bins."""


def measure(trial: Trial, mixed: Mixed) -> Calibrated:
    """Judge promises and evidence."""
    passed = mixed.genuine >= trial.line
    table = metrics.reliability(mixed.probes.quality, passed)
    return Calibrated(
        reliability=table,
        error=metrics.calibration_error(table),
        costs=[*_clean(trial), *_mixed(trial, mixed)],
    )


def cross(given: likelihood.Columns, same: Events, folds: People) -> Numbers:
    """Ratios of each fold by factors of the others."""
    ratio = np.empty(len(same))
    for fold in np.unique(folds):
        inside = folds == fold
        factors = likelihood.fit(given[~inside], same[~inside])
        ratio[inside] = given[inside] @ factors
    return ratio


def costs(name: str, ratio: Numbers, same: Events) -> Costs:
    """Judge ratios."""
    return Costs(
        name=name,
        mated=int(same.sum()),
        others=int((~same).sum()),
        cost=likelihood.cost(ratio, same),
        least=likelihood.least_cost(ratio, same),
    )


def _clean(trial: Trial) -> list[Costs]:
    photos, seen = trial.photos, trial.clean
    pairs = (seen.vectors[photos.first] * seen.vectors[photos.second]).sum(axis=1)
    quality = np.minimum(seen.quality[photos.first], seen.quality[photos.second])
    similarity = np.asarray(pairs, dtype=np.float64)
    return [
        costs(
            f"clean pairs, {name}",
            cross(likelihood.columns(similarity, with_it), photos.same, photos.folds),
            photos.same,
        )
        for name, with_it in (("similarity alone", None), ("with quality", quality))
    ]


def _mixed(trial: Trial, mixed: Mixed) -> list[Costs]:
    fold_of = trial.mated.folds
    probe, reference = mixed.stranger
    # A comparison between folds would be seen by the fit, from one side.
    together = fold_of[mixed.reference[probe]] == fold_of[reference]
    probe, reference = probe[together], reference[together]
    rows = np.concatenate([np.arange(len(mixed.genuine)), probe])
    others = np.concatenate([mixed.reference, reference])
    similarity = np.concatenate([mixed.genuine, mixed.others[together]])
    same = np.arange(len(rows)) < len(mixed.genuine)
    folds = fold_of[others]
    clean = trial.clean.quality[trial.mated.references]
    quality = np.minimum(mixed.probes.quality[rows], clean[others])
    alone = cross(likelihood.columns(similarity), same, folds)
    aware = cross(likelihood.columns(similarity, quality), same, folds)
    found = [
        costs("mixed, similarity alone", alone, same),
        costs("mixed, with quality", aware, same),
    ]
    for low, high in itertools.pairwise(EDGES):
        inside = (quality >= low) & ((quality < high) | (high == EDGES[-1]))
        if same[inside].any() and (~same[inside]).any():
            name = f"mixed, quality {low:.1f} to {high:.1f}"
            found.append(costs(name, aware[inside], same[inside]))
    return found
