"""Persons by all of their templates: the agreeing ones speak together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from faces.templates import fuse
from services.gallery.hits import Hit
from services.gallery.index import Index, similarities
from services.gallery.table import Table

WIDER = 4
"""Persons fetched by their best templates, for each one wanted."""

AT_LEAST = 32
"""Persons fetched at least."""

_MOST = 64
"""Most templates of one person that are fused: those of the best quality."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """One vector that speaks for a person."""

    vector: NDArray[np.float32]
    """Shape (d,), unit length."""

    count: int
    """Templates behind it."""

    refused: tuple[int, ...]
    """Keys of templates that disagree with the others."""


@dataclass(frozen=True, slots=True)
class FusedHit:
    """A person, the most similar of their templates, and what all of them say."""

    best: Hit
    fusion: Fusion
    similarity: float
    """With the fused vector. Range [-1, 1]."""


class Fuser:
    """Fuses the templates of persons; those that a search may see."""

    def __init__(
        self, index: Index, table: Table, seen: NDArray[np.bool_] | None, *, line: float
    ) -> None:
        """Prepare.

        Args:
            index: Holds the visible templates of the table.
            table: What is known of them.
            seen: Shape (len(table),): the rows that count; None if all do.
            line: Least similarity of two templates of one person.
        """
        self._index = index
        self._table = table
        self._seen = seen
        self._line = line

    def rank(
        self, ranked: Sequence[Sequence[Hit]], probes: NDArray[np.float32], limit: int
    ) -> list[list[FusedHit]]:
        """Order the persons of each probe again, by their fused templates."""
        fusions = self._fusions({hit.person for hits in ranked for hit in hits})
        return [
            sorted(_scored(hits, fusions, probe), key=lambda hit: -hit.similarity)[:limit]
            for hits, probe in zip(ranked, probes, strict=True)
        ]

    def _fusions(self, persons: Iterable[int]) -> dict[int, Fusion]:
        rows = self._table.rows_of(sorted(persons))
        if self._seen is not None:
            rows = rows[self._seen[rows]]
        # Together by person, the best of each person first.
        order = np.lexsort((-self._table.qualities[rows], self._table.persons[rows]))
        rows = rows[order]
        numbers, starts = np.unique(self._table.persons[rows], return_index=True)
        if not len(numbers):
            return {}
        groups = [np.sort(group[:_MOST]) for group in np.split(rows, starts[1:])]
        # All of them at once: an index may be a server away.
        vectors = self._index.vectors(self._table.keys[np.concatenate(groups)])
        ends = np.cumsum([len(group) for group in groups])
        return {
            int(number): self._fused(group, some)
            for number, group, some in zip(
                numbers, groups, np.split(vectors, ends[:-1]), strict=True
            )
        }

    def _fused(self, rows: NDArray[np.int64], vectors: Vectors) -> Fusion:
        keys = self._table.keys[rows]
        fused = fuse(vectors, self._table.qualities[rows], line=self._line)
        refused = tuple(keys[~fused.kept].tolist())
        return Fusion(fused.vector, len(keys) - len(refused), refused)


def _scored(
    hits: Sequence[Hit], fusions: dict[int, Fusion], probe: NDArray[np.float32]
) -> list[FusedHit]:
    if not hits:
        return []
    vectors = np.stack([fusions[hit.person].vector for hit in hits])
    scores = similarities(vectors, probe).tolist()
    return [
        FusedHit(hit, fusions[hit.person], score) for hit, score in zip(hits, scores, strict=True)
    ]
