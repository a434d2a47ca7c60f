"""What the model says of things that are no faces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.logistic import Numbers
from evaluation.measures import outliers
from evaluation.memory import nobody
from evaluation.seen import Seen
from evaluation.trial import Trial

Kinds = Mapping[str, NDArray[np.uint8]]
"""Crops by kind: noise, surfaces and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Faces against one kind, or against all."""

    count: int
    auroc: float
    """The chance that a face scores higher."""

    fpr95: float
    """Share of the kind that passes the line which keeps 95 of 100 faces."""

    quality: float
    """Mean of the kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NonFaces:
    """Against all clean photos of LFW."""

    by_quality: dict[str, Apart]
    """By kind; ``all`` is all of them together."""

    by_uncertainty: dict[str, Apart] | None
    """The same by the raw uncertainty, where the model has one."""

    by_magnitude: dict[str, Apart]
    """The same by the length of the vector alone."""


ALL = "all"


def measure(trial: Trial, kinds: Kinds, advance: Callable[[int], None] = nobody) -> NonFaces:
    """Show the model what is no face."""
    seen = {name: trial.memory.see(trial.subject, crops, advance) for name, crops in kinds.items()}
    least = _by(trial.clean, seen, lambda it: it.quality)
    return NonFaces(
        by_quality=least,
        by_uncertainty=(
            None
            if trial.clean.uncertainty is None
            else _by(trial.clean, seen, lambda it: -_known(it.uncertainty))
        ),
        by_magnitude=_by(trial.clean, seen, lambda it: it.magnitude),
    )


def _by(
    faces: Seen, kinds: Mapping[str, Seen], score: Callable[[Seen], Numbers]
) -> dict[str, Apart]:
    scores = {name: score(seen) for name, seen in kinds.items()}
    quality = {name: seen.quality for name, seen in kinds.items()}
    scores[ALL] = np.concatenate(list(scores.values()))
    quality[ALL] = np.concatenate(list(quality.values()))
    return {
        name: Apart(
            count=len(others),
            auroc=outliers.separation(score(faces), others),
            fpr95=outliers.false_rate(score(faces), others),
            quality=float(quality[name].mean()),
        )
        for name, others in scores.items()
    }


def _known(values: Numbers | None) -> Numbers:
    if values is None:
        raise ValueError("uncertainty of some crops only")
    return values
