"""From similar templates to ranked persons, exactly, over any index.

The index finds candidates. Removed and filtered templates are dropped, the similarities
of those that contend are computed again in one defined way, and more candidates are
fetched until nobody who is missing could belong to the best.
"""

import functools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from services.gallery.contenders import of_nearest
from services.gallery.hits import Hit, best
from services.gallery.index import Index
from services.gallery.scan import scanned
from services.gallery.table import Table

_SPARE = 32
"""Candidates fetched beyond twice the limit, for persons with several templates."""

_WIDEST = 4096
"""Candidates that are worth asking an index for at first: if a filter leaves so little
that more would be needed, what it leaves is scanned instead."""

_MOST = 16_384
"""Most candidates asked of an index; after that, every visible template is scanned."""


class Ranking:
    """Ranks persons of one collection, as its table and index are right now."""

    def __init__(self, index: Index, table: Table, seen: NDArray[np.bool_] | None) -> None:
        """Prepare.

        Args:
            index: Holds at least the visible templates of the table.
            table: What is known of them.
            seen: Shape (len(table),): the rows that count; None if all do.
        """
        self._index = index
        self._table = table
        self._seen = seen

    def persons(self, probes: Vectors, limit: int) -> list[list[Hit]]:
        """Rank persons by their most similar template.

        Args:
            probes: Shape (n, d), unit length.
            limit: Most persons a probe, at least 1.

        Returns:
            For each probe, by falling similarity, each person once: `limit` of them, or
            all there are. Equals go by rising number of the person, then by key.
        """
        hits: list[list[Hit]] = [[] for _ in probes]
        waiting = np.arange(len(probes) if self._count else 0)
        for fetched in self._steps(limit):
            if not waiting.size:
                return hits
            ranked, settled = self._asked(probes[waiting], fetched, limit)
            for number, one in zip(waiting.tolist(), ranked, strict=True):
                hits[number] = one
            waiting = waiting[~settled]
        if waiting.size:
            for number, one in zip(
                waiting.tolist(), self._scanned(probes[waiting], limit), strict=True
            ):
                hits[number] = one
        return hits

    def _steps(self, limit: int) -> Iterator[int]:
        """How many candidates to ask the index for, one after the other."""
        if not self._count:
            return
        fetched = -(-(2 * limit + _SPARE) * len(self._index) // self._count)
        narrow = 2 * self._count <= len(self._index)
        if fetched > _WIDEST or (narrow and self._count <= self._index.exchange * fetched):
            return
        most = min(_MOST, len(self._index))
        while fetched < most:
            yield fetched
            fetched *= 4
        yield most

    def _asked(
        self, probes: Vectors, fetched: int, limit: int
    ) -> tuple[list[list[Hit]], NDArray[np.bool_]]:
        """The best persons among so many candidates, and for which probes that is final."""
        index, table = self._index, self._table
        nearest = index.nearest(probes, fetched)
        rows = table.find(nearest.keys)
        if self._seen is not None:
            rows = np.where((rows >= 0) & self._seen[rows], rows, -1)
        candidates = of_nearest(table, nearest, rows, limit=limit, rounding=index.rounding)
        ranked = best(index, table, candidates, probes, limit)
        if index.exact and fetched == len(index):
            return ranked, np.ones(len(ranked), np.bool_)
        lines = nearest.rough[:, -1].tolist()
        settled = [
            self._settled(hits, line, limit) for hits, line in zip(ranked, lines, strict=True)
        ]
        return ranked, np.array(settled, np.bool_)

    def _settled(self, hits: list[Hit], line: float, limit: int) -> bool:
        """Whether nobody who was not fetched, at or below a line, can belong to the best."""
        if not hits or line >= hits[-1].similarity - self._index.rounding:
            return False
        return len(hits) == limit or len(hits) == self._people

    def _scanned(self, probes: Vectors, limit: int) -> list[list[Hit]]:
        """The best persons of all that count."""
        rows = np.arange(len(self._table)) if self._seen is None else np.flatnonzero(self._seen)
        candidates = scanned(self._index, self._table, rows, probes, limit)
        return best(self._index, self._table, candidates, probes, limit)

    @functools.cached_property
    def _count(self) -> int:
        """Templates that count."""
        return len(self._table) if self._seen is None else int(np.count_nonzero(self._seen))

    @functools.cached_property
    def _people(self) -> int:
        """Persons who have one."""
        persons = self._table.persons
        here = np.zeros(int(persons.max(initial=-1)) + 1, np.bool_)
        here[persons if self._seen is None else persons[self._seen]] = True
        return int(np.count_nonzero(here))
