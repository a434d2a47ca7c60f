"""Compares sampled faces with the real ones that they were fitted to, in the same numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.facelike.observe import Indices, Observed
from bench.facelike.sample import Population
from bench.facelike.statistics import Numbers
from evaluation.embedding import Vectors

SIZES = (30, 100, 300, 1_000)
"""Galleries in which the best stranger is looked for."""

REPEATS = 10
"""Galleries of each size, drawn from the templates at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A gallery with one template a person, and photos of people who are in it."""

    templates: Vectors
    """Shape (n, d), unit."""

    clean: Vectors
    """Shape (m, d), unit; none of them is a template."""

    clean_mates: Indices
    """Shape (m,): rows of `templates`."""

    spoiled: Vectors
    """Shape (s, d), unit."""

    spoiled_mates: Indices
    """Shape (s,): rows of `templates`."""


def real(observed: Observed, *, seed: int) -> Side:
    """Enrol one photo a person, drawn at random, and every stranger; probe with the rest."""
    order = np.random.default_rng(seed).permutation(len(observed.clean))
    _, first = np.unique(observed.people[order], return_index=True)
    enrolled = order[first]
    rest = np.setdiff1d(order, enrolled)
    fresh = ~np.isin(observed.origin, enrolled)
    return Side(
        templates=np.concatenate([observed.clean[enrolled], observed.strangers]),
        clean=observed.clean[rest],
        clean_mates=observed.people[rest],
        spoiled=observed.spoiled[fresh],
        spoiled_mates=observed.people[observed.origin[fresh]],
    )


def sampled(population: Population, like: Side, *, seed: int) -> Side:
    """As many people, photos and spoiled photos, of the same people, from a population."""
    generator = np.random.default_rng(seed)
    people = population.people(len(like.templates), generator)
    return Side(
        templates=population.photos(people, generator),
        clean=population.photos(people[like.clean_mates], generator),
        clean_mates=like.clean_mates,
        spoiled=population.spoiled(people[like.spoiled_mates], generator),
        spoiled_mates=like.spoiled_mates,
    )


def measure(side: Side, *, seed: int) -> dict[str, Numbers]:
    """Scores of a side, by name: of mates, of strangers, and of the best stranger by size."""
    found: dict[str, Numbers] = {}
    for name, probes, mates in (
        ("clean", side.clean, side.clean_mates),
        ("degraded", side.spoiled, side.spoiled_mates),
    ):
        scores = probes @ side.templates.T
        own = np.arange(len(side.templates)) == mates[:, None]
        found[f"genuine, {name}"] = scores[own]
        scores[own] = np.nan
        found[f"impostor, {name}"] = scores[~own]
        for size, best in _best(scores, np.random.default_rng(seed)):
            found[f"best stranger of {size:,}, {name}"] = best
    return found


def dimensions(rows: Vectors) -> int:
    """The number of directions that hold 99 % of the variance."""
    spread = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False) ** 2
    return int(np.searchsorted(np.cumsum(spread), 0.99 * spread.sum())) + 1


def _best(
    scores: NDArray[np.float32], generator: np.random.Generator
) -> Iterator[tuple[int, Numbers]]:
    everyone = scores.shape[1]
    for size in (*(size for size in SIZES if size < everyone), everyone):
        galleries = [generator.permutation(everyone)[:size] for _ in range(REPEATS)]
        yield size, np.concatenate([np.nanmax(scores[:, chosen], axis=1) for chosen in galleries])
