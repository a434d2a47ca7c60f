"""Fits how real people, their photos and degraded photos are spread over the sphere.

Everything is of unit vectors. A covariance is kept as a root: a matrix R of shape (d, d), so that
``normal @ R.T`` has it. Covariances are not shrunk: the served embedder leaves 60 % of its
dimensions empty, and an index may learn that, so nothing may be poured into them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.facelike.observe import Indices, Observed
from evaluation.embedding import Vectors
from evaluation.probes import unit

BANDS = 5
"""Strengths of degradation, with as many crops in each, that have a mean turn of their own."""

Numbers = NDArray[np.float32]
"""Shape (n,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiling:
    """How degraded crops turn away from themselves. Dimension d, m crops."""

    retained: Numbers
    """Shape (m,): cosine of each degraded crop to itself when clean, sorted."""

    band: Indices
    """Shape (m,): the row of `drift` for each of them."""

    drift: Vectors
    """Shape (BANDS, d): mean direction of the turns, strongest first."""

    root: Vectors
    """Of the covariance of these directions around their band's mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What is known of a population. Dimension d, k people."""

    mean: Numbers
    """Shape (d,): the mean of all people."""

    person_root: Vectors
    """Of the covariance of people around it, without what single photos add."""

    known: Vectors
    """Shape (k, d): real people less the mean, as long as a person is typically."""

    closeness: Numbers
    """Shape (n,): cosine of each photo to its person, sorted by person."""

    photos: Indices
    """Shape (p,): how many of these each person of `closeness` has, in that order."""

    photo_root: Vectors
    """Of the covariance of directions in which photos turn away from their person."""

    spoiling: Spoiling
    """What degradation does to them."""


def fit(observed: Observed) -> Statistics:
    """Estimate everything."""
    order = np.argsort(observed.people, kind="stable")
    clean, people = observed.clean[order].astype(np.float64), observed.people[order]
    counts = np.bincount(people)
    sums = np.zeros((len(counts), clean.shape[1]))
    np.add.at(sums, people, clean)
    means = sums / counts[:, None]
    mean, person = _people(means, counts, clean - means[people], observed.strangers)
    size = np.sqrt(np.trace(person))
    known = np.concatenate([means, observed.strangers]) - mean
    return Statistics(
        mean=mean.astype(np.float32),
        person_root=_root(person),
        known=size * unit(known.astype(np.float32)),
        closeness=_closeness(clean, people, sums, counts),
        photos=counts.astype(np.int64),
        photo_root=_root(_covariance(_turns(clean, _unit(means)[people]))),
        spoiling=_spoiling(observed),
    )


def _people(
    means: NDArray[np.float64],
    counts: NDArray[np.intp],
    residuals: NDArray[np.float64],
    strangers: Vectors,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mean of people and their covariance: a mean of n photos brings 1/n of a photo's along."""
    rows = np.concatenate([means, strangers])
    mean = rows.mean(axis=0)
    within = residuals.T @ residuals / (len(residuals) - len(counts))
    brought = ((1.0 / counts).sum() + len(strangers)) / len(rows)
    return mean, (rows - mean).T @ (rows - mean) / len(rows) - brought * within


def _closeness(
    clean: NDArray[np.float64],
    people: Indices,
    sums: NDArray[np.float64],
    counts: NDArray[np.intp],
) -> Numbers:
    """Cosine to a person who is known from the *other* photos, freed of their number.

    The mean of two photos' product is the squared length of the person's mean, whatever the count.
    """
    others = (sums[people] - clean) / (counts[people] - 1)[:, None]
    squared = ((sums**2).sum(axis=1) - counts) / (counts * (counts - 1))
    length = np.sqrt(np.maximum(squared, 0.05))[people]
    cosine = (clean * others).sum(axis=1) / length
    return np.asarray(np.clip(cosine, -1.0, 1.0), dtype=np.float32)


def _spoiling(observed: Observed) -> Spoiling:
    before = observed.clean[observed.origin].astype(np.float64)
    after = observed.spoiled.astype(np.float64)
    retained = (before * after).sum(axis=1)
    order = np.argsort(retained)
    turns = _turns(after, before)[order]
    band = np.arange(len(turns)) * BANDS // len(turns)
    drift = np.stack([turns[band == number].mean(axis=0) for number in range(BANDS)])
    return Spoiling(
        retained=retained[order].astype(np.float32),
        band=band.astype(np.int64),
        drift=drift.astype(np.float32),
        root=_root(_covariance(turns - drift[band])),
    )


def _turns(rows: NDArray[np.float64], around: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of each unit row that is orthogonal to its anchor, as a direction."""
    along = (rows * around).sum(axis=1, keepdims=True)
    return _unit(rows - along * around)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each row length 1, in double precision."""
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def _covariance(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(turns.T @ turns / len(turns))


def _root(covariance: NDArray[np.float64]) -> Vectors:
    """Negative variances, which only sampling makes, become none."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)), dtype=np.float32)
