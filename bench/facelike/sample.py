"""Samples people, photos of them, and degraded photos: face-like, or random directions."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bench.facelike.observe import Indices
from bench.facelike.statistics import Numbers, Statistics
from evaluation.embedding import Vectors
from evaluation.probes import unit

GROUPS = 64
"""Groups of people who look alike."""

GROUP_SHARE = 0.5
"""Most of a person's variance that is the group's; it is uniform below that."""

KIN_SHARE = 0.5
"""Most of what is left that is one known person's; it is uniform below that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """n people of a population."""

    directions: Vectors
    """Shape (n, d), unit."""

    tempers: Indices
    """Shape (n,): whose closeness of photos they have."""

    def __getitem__(self, rows: Indices) -> "People":
        """Some of them, in this order, repeated if asked."""
        return People(directions=self.directions[rows], tempers=self.tempers[rows])


class Population(Protocol):
    """Where galleries come from. One generator in the same state, one sample."""

    def people(self, count: int, generator: np.random.Generator) -> People:
        """Draw people."""
        ...

    def photos(self, people: People, generator: np.random.Generator) -> Vectors:
        """Draw one clean photo of each: unit vectors."""
        ...

    def spoiled(self, people: People, generator: np.random.Generator) -> Vectors:
        """Draw one degraded photo of each: unit vectors."""
        ...


class Faces:
    """As the statistics of real ones say."""

    def __init__(self, statistics: Statistics, *, seed: int) -> None:
        self._of = statistics
        self._first = np.cumsum(statistics.photos) - statistics.photos
        dimension = len(statistics.mean)
        generator = np.random.default_rng([seed, GROUPS])
        self._groups = _normal((GROUPS, dimension), statistics.person_root, generator)

    def people(self, count: int, generator: np.random.Generator) -> People:
        """Draw people, each of a group and with something of a known person."""
        group = generator.uniform(0.0, GROUP_SHARE, (count, 1)).astype(np.float32)
        kin = (1 - group) * generator.uniform(0.0, KIN_SHARE, (count, 1)).astype(np.float32)
        shape = (count, len(self._of.mean))
        away = np.sqrt(1 - group - kin) * _normal(shape, self._of.person_root, generator)
        away += np.sqrt(group) * self._groups[generator.integers(GROUPS, size=count)]
        away += np.sqrt(kin) * self._of.known[generator.integers(len(self._of.known), size=count)]
        return People(
            directions=unit(self._of.mean + away),
            tempers=generator.integers(len(self._of.photos), size=count),
        )

    def photos(self, people: People, generator: np.random.Generator) -> Vectors:
        """Turn away from each person as some photo of one real person does."""
        within = generator.random(len(people.tempers)) * self._of.photos[people.tempers]
        closeness = self._of.closeness[self._first[people.tempers] + within.astype(np.int64)]
        turns = _normal(people.directions.shape, self._of.photo_root, generator)
        return turned(people.directions, closeness, turns)

    def spoiled(self, people: People, generator: np.random.Generator) -> Vectors:
        """Turn away from a clean photo as some degraded crop does."""
        clean = self.photos(people, generator)
        spoiling = self._of.spoiling
        drawn = generator.integers(len(spoiling.retained), size=len(clean))
        turns = _normal(clean.shape, spoiling.root, generator)
        turns += spoiling.drift[spoiling.band[drawn]]
        return turned(clean, spoiling.retained[drawn], turns)


class Normal:
    """Every direction alike; photos as close to one another as faces are on average."""

    def __init__(self, dimension: int, *, genuine: float = 0.63, degraded: float = 0.41) -> None:
        """Mean cosines of clean and degraded photos to a clean one of the same person."""
        self._dimension = dimension
        self._photo = np.sqrt(genuine)
        self._spoiled = degraded / self._photo

    def people(self, count: int, generator: np.random.Generator) -> People:
        """Draw directions."""
        rows = generator.standard_normal((count, self._dimension), dtype=np.float32)
        return People(directions=unit(rows), tempers=np.zeros(count, dtype=np.int64))

    def photos(self, people: People, generator: np.random.Generator) -> Vectors:
        """Turn by the same angle, anywhere."""
        return self._turned(people, self._photo, generator)

    def spoiled(self, people: People, generator: np.random.Generator) -> Vectors:
        """Turn further."""
        return self._turned(people, self._spoiled, generator)

    def _turned(self, people: People, cosine: float, generator: np.random.Generator) -> Vectors:
        shape = people.directions.shape
        turns = generator.standard_normal(shape, dtype=np.float32)
        return turned(people.directions, np.full(shape[0], cosine, dtype=np.float32), turns)


def turned(rows: Vectors, cosines: Numbers, towards: Vectors) -> Vectors:
    """Unit vectors at the given cosines to unit `rows`, each turned towards another vector."""
    away = unit(towards - (towards * rows).sum(axis=1, keepdims=True) * rows)
    along = cosines[:, None]
    return np.asarray(along * rows + np.sqrt(1 - along**2) * away, dtype=np.float32)


def _normal(shape: tuple[int, int], root: Vectors, generator: np.random.Generator) -> Vectors:
    return np.asarray(generator.standard_normal(shape, dtype=np.float32) @ root.T)
