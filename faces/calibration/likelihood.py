"""Likelihood ratios: what a similarity is worth as evidence, and how honest it is (`methods` E)."""

import numpy as np
from numpy.typing import NDArray

from faces.calibration.tail import Numbers

Events = NDArray[np.bool_]
"""Shape (n,): whether both samples are of one person."""

Columns = NDArray[np.float64]
"""Shape (n, k): what a ratio is made of."""

RIDGE = 1e-9
"""What keeps a fit finite where both kinds do not overlap; more keeps it modest, too."""

_STEPS = 100


def columns(similarity: Numbers, quality: Numbers | None = None) -> Columns:
    """What ``LLR = a s + b`` takes or, with a quality q, ``LLR = a s + b + c q + d s q``."""
    ones = np.ones_like(similarity)
    parts = [similarity, ones]
    if quality is not None:
        parts += [quality, similarity * quality]
    return np.stack(parts, axis=1)


def fit(given: Columns, same: Events, *, ridge: float = RIDGE) -> Numbers:
    """Factors of the columns, by logistic regression in which both kinds weigh the same.

    Args:
        given: Shape (n, k).
        same: Shape (n,): some are, and some are not.
        ridge: Weight of the factors' squares beside the cost.

    Returns:
        Shape (k,): ``given @ factors`` is a natural logarithm of a likelihood ratio.
    """
    weight = np.where(same, 0.5 / same.sum(), 0.5 / (~same).sum())
    factors = np.zeros(given.shape[1])
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(given @ factors, -50, 50)))
        slope = given.T @ (weight * (same - chance)) - ridge * factors
        bend = given.T @ (given * (weight * chance * (1 - chance))[:, None])
        step = np.linalg.solve(bend + ridge * np.eye(len(factors)), slope)
        factors += step
        if np.abs(step).max() < 1e-9 * (1 + np.abs(factors).max()):  # settled
            break
    return factors


def cost(ratio: Numbers, same: Events) -> float:
    """Cllr in bits: 0 for a perfect witness, 1 for one who says nothing, more for a liar."""
    mated = np.logaddexp(0.0, -ratio[same]).mean()
    others = np.logaddexp(0.0, ratio[~same]).mean()
    return float((mated + others) / 2 / np.log(2))


def least_cost(ratio: Numbers, same: Events) -> float:
    """Cllr_min: the cost of the same order with the best calibration there is, by PAV."""
    return cost(best_ratios(ratio, same), same)


def best_ratios(ratio: Numbers, same: Events) -> Numbers:
    """The rising function of a score that costs least on these very data; may be infinite."""
    values, inverse, counts = np.unique(ratio, return_inverse=True, return_counts=True)
    mated = np.bincount(inverse, weights=same, minlength=len(values))
    share = rising(mated / counts, counts)
    with np.errstate(divide="ignore"):
        found = np.log(share) - np.log1p(-share) - np.log(same.sum() / (~same).sum())
    return np.asarray(found[inverse], dtype=np.float64)


def rising(values: Numbers, weights: NDArray[np.int64]) -> Numbers:
    """Pool adjacent violators: the nearest series, by weighted squares, that never falls."""
    # Equal neighbours are one pool in the end: of many strangers few runs remain.
    starts = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)
    masses = np.add.reduceat(weights, starts)
    lengths = np.diff(starts, append=len(values))
    pools: list[tuple[float, float, int]] = []
    for first, mass_here, count in zip(
        values[starts].tolist(), masses.tolist(), lengths.tolist(), strict=True
    ):
        mean, mass, length = float(first), float(mass_here), count
        while pools and pools[-1][0] >= mean:
            before, more, many = pools.pop()
            mean = (before * more + mean * mass) / (more + mass)
            mass, length = mass + more, length + many
        pools.append((mean, mass, length))
    return np.repeat([pool[0] for pool in pools], [pool[2] for pool in pools])
