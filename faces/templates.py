"""Several samples of one person: which agree, and what they say together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors

_TRUST = 2.0
"""Exponent of quality in the weight of a sample; methods E allow 1 to 3."""


@dataclass(frozen=True, slots=True)
class Fused:
    """One vector for several samples, and the samples that stand behind it."""

    vector: NDArray[np.float32]
    """Shape (d,), unit length."""

    quality: float
    """Weighted mean of the samples' quality scores. Range [0, 1]."""

    kept: NDArray[np.bool_]
    """Shape (n,): False marks an outlier that was left out."""


def agreeing(vectors: Vectors, qualities: NDArray[np.float32], *, line: float) -> NDArray[np.bool_]:
    """Tell samples of one person from outliers.

    The sample that the others agree with most, weighted by their quality, is taken
    for the person; whoever is less similar to it than `line` is an outlier.

    Args:
        vectors: Shape (n, d), unit length, n at least 1.
        qualities: Shape (n,), in [0, 1].
        line: Least cosine similarity of two samples of one person.

    Returns:
        Shape (n,). With two samples that disagree, the better one is kept.
    """
    similarities = vectors @ vectors.T
    support = (similarities >= line).astype(np.float32) @ _weights(qualities)
    # Ties, as between two strangers, go to the better sample.
    medoid = np.lexsort((qualities, support))[-1]
    kept: NDArray[np.bool_] = similarities[medoid] >= line
    kept[medoid] = True
    return kept


def fuse(vectors: Vectors, qualities: NDArray[np.float32], *, line: float) -> Fused:
    """Average the agreeing samples of one person, the better ones more.

    Args:
        vectors: Shape (n, d), unit length, n at least 1.
        qualities: Shape (n,), in [0, 1].
        line: Least cosine similarity of two samples of one person.
    """
    kept = agreeing(vectors, qualities, line=line)
    weights = _weights(qualities[kept])
    mean = weights @ vectors[kept]
    vector = (mean / np.linalg.norm(mean)).astype(np.float32)
    quality = float(np.average(qualities[kept], weights=weights))
    return Fused(vector=vector, quality=quality, kept=kept)


def _weights(qualities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Quality to the power of `_TRUST`; never 0, so that bad samples still count."""
    floor = np.float32(1e-3)
    weights: NDArray[np.float32] = np.maximum(qualities, floor) ** np.float32(_TRUST)
    return weights
