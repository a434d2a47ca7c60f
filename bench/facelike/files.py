"""Writes a population as files: templates that need not fit into memory, and probes.

People are drawn in blocks, each with a seed of its own. So a smaller gallery is the beginning of a
larger one, and the probes, whose mates are in the first block, fit every gallery of at least
`BLOCK` people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from rich.progress import track

from bench.facelike.observe import Indices
from bench.facelike.sample import People, Population
from evaluation.embedding import Vectors

BLOCK = 10_000
"""People."""

Kind = Literal["clean", "degraded", "stranger"]

_PROBES, _STRANGERS = 2**31, 2**31 + 1
"""Numbers that no block has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """Searches with known answers."""

    vectors: Vectors
    """Shape (n, d), unit."""

    mates: Indices
    """Shape (n,): number of the person in the gallery; -1 if nobody."""

    kinds: NDArray[np.str_]
    """Shape (n,): a `Kind` each."""


def templates(population: Population, count: int, *, seed: int) -> Iterator[Vectors]:
    """A clean photo of each of `count` people, block by block."""
    for number, start in enumerate(range(0, count, BLOCK)):
        people, generator = _block(population, number, seed=seed)
        photos = population.photos(people, generator)
        yield photos[: count - start]


def write_templates(
    path: Path,
    population: Population,
    count: int,
    *,
    dimension: int,
    seed: int,
) -> None:
    """Write `templates`: float32, (count, dimension), one row a person.

    The name appears when the file is complete.
    """
    partial = path.with_suffix(".partial")
    rows = open_memmap(partial, "w+", np.float32, (count, dimension))
    blocks = templates(population, count, seed=seed)
    start = 0
    for block in track(blocks, total=-(-count // BLOCK), description=f"{path.name:<24}"):
        rows[start : start + len(block)] = block
        start += len(block)
    rows.flush()
    partial.rename(path)


def draw_probes(
    population: Population, *, clean: int, degraded: int, strangers: int, seed: int
) -> Probes:
    """Draw clean and degraded photos of people of the first block, and clean ones of nobody there.

    Raises:
        ValueError: More mates are asked for than the first block has.
    """
    people, _ = _block(population, 0, seed=seed)
    generator = np.random.default_rng([seed, _PROBES])
    mates = generator.choice(BLOCK, clean + degraded, replace=False)
    nobody = population.people(strangers, np.random.default_rng([seed, _STRANGERS]))
    return Probes(
        vectors=np.concatenate(
            [
                population.photos(people[mates[:clean]], generator),
                population.spoiled(people[mates[clean:]], generator),
                population.photos(nobody, generator),
            ]
        ),
        mates=np.concatenate([mates, np.full(strangers, -1)]),
        kinds=np.repeat(["clean", "degraded", "stranger"], [clean, degraded, strangers]),
    )


def write_probes(path: Path, probes: Probes) -> None:
    """Keep them as `path`, an npz with the fields of `Probes`."""
    np.savez(path, vectors=probes.vectors, mates=probes.mates, kinds=probes.kinds)


def read_probes(path: Path) -> Probes:
    """Load what `write_probes` wrote."""
    with np.load(path) as arrays:
        return Probes(**arrays)


def _block(population: Population, number: int, *, seed: int) -> tuple[People, np.random.Generator]:
    generator = np.random.default_rng([seed, number])
    return population.people(BLOCK, generator), generator
