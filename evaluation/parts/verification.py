"""How well clean photos are told apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.measures import bootstrap
from evaluation.measures.bootstrap import Interval
from evaluation.measures.matching import Verified, verify
from evaluation.trial import Trial
from faces.patterns import NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Clean photos of LFW."""

    verified: Verified
    """Labelled pairs: folds, and true matches at rates of false ones."""

    line: float
    """One false match in a thousand, all probes against all references: of every other part."""

    fnmr: Interval
    """False non-matches of mated pairs at that line."""

    genuine: tuple[float, float]
    """Mean and standard deviation of mated pairs' similarities."""

    impostor: tuple[float, float]
    """The same of labelled pairs of two people."""

    quality: float
    """Mean over all photos."""

    called_free: float | None
    """Share of the photos on which nothing is said to be covered; None if patterns are not named.
    Some do show sunglasses or hands."""


def measure(trial: Trial) -> Verification:
    """Compare clean photos."""
    photos, vectors = trial.photos, trial.clean.vectors
    pairs = (vectors[photos.first] * vectors[photos.second]).sum(axis=1)
    scores = np.asarray(pairs, dtype=np.float64)
    one, other = photos.people[photos.first], photos.people[photos.second]
    return Verification(
        verified=verify(scores, photos.same, photos.folds, one, other),
        line=trial.line,
        fnmr=bootstrap.mean(trial.unspoiled() < trial.line, trial.mated.people),
        genuine=_spread(scores[photos.same]),
        impostor=_spread(scores[~photos.same]),
        quality=float(trial.clean.quality.mean()),
        called_free=_free(trial.clean.patterns),
    )


def _free(patterns: NDArray[np.float32] | None) -> float | None:
    return None if patterns is None else float(np.mean(patterns.argmax(axis=1) == NOTHING))


def _spread(scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    return float(scores.mean()), float(scores.std())
