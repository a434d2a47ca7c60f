"""From similar templates to ranked persons, exactly, over any index.

The index finds candidates. Their similarities are computed again in one defined way,
removed and filtered templates are dropped, and more candidates are fetched until
nobody who is missing could belong to the best.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from services.gallery.hits import Hit, best
from services.gallery.index import Index, Nearest
from services.gallery.scan import Scan
from services.gallery.table import Table

_SPARE = 32
"""Candidates fetched beyond twice the limit, for persons with several templates."""

_WIDEST = 4096
"""Candidates that are worth asking an index for at first: if a filter leaves so little
that more would be needed, what it leaves is scanned instead."""

_MOST = 16_384
"""Most candidates asked of an index; after that, every visible template is scanned."""


class Finder(Protocol):
    """What candidates come from: an index, or a scan."""

    exact: bool
    rounding: float

    def __len__(self) -> int:
        """Most candidates that it has to give."""
        ...

    def nearest(self, probes: Vectors, count: int) -> Nearest:
        """Find candidates: see `Index.nearest`."""
        ...


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
        self._count = len(table) if seen is None else int(np.count_nonzero(seen))

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
        if not self._count:
            return hits
        waiting = np.arange(len(probes))
        wanted = 2 * limit + _SPARE
        first = -(-wanted * len(self._index) // self._count)
        if first <= _WIDEST:
            waiting = self._search(self._index, (first, _MOST), (probes, limit), waiting, hits)
        if waiting.size:
            keys = self._table.keys
            scan = Scan(self._index, keys if self._seen is None else keys[self._seen])
            self._search(scan, (wanted, len(scan)), (probes, limit), waiting, hits)
        return hits

    def _search(
        self,
        finder: Finder,
        fetched: tuple[int, int],
        asked: tuple[Vectors, int],
        waiting: NDArray[np.int64],
        hits: list[list[Hit]],
    ) -> NDArray[np.int64]:
        """Fill in hits; the numbers of the probes that need another finder.

        Args:
            finder: Where candidates come from.
            fetched: How many to begin with, and how many to end with.
            asked: All probes, and how many persons are wanted for each.
            waiting: The numbers of those to search for.
            hits: One list for each probe.
        """
        (fetch, most), (probes, limit) = fetched, asked
        most = min(most, len(finder))
        while waiting.size:
            fetch = min(fetch, most)
            found = finder.nearest(probes[waiting], fetch)
            rows = self._visible(self._table.find(found.keys))
            ranked = best(self._index, self._table, rows, probes[waiting], limit)
            settled = np.zeros(len(waiting), np.bool_)
            for place, number in enumerate(waiting.tolist()):
                hits[number] = ranked[place]
                settled[place] = _settled(ranked[place], found.rough[place], limit, finder.rounding)
            waiting = waiting[~settled]
            if fetch == most:
                complete = finder.exact and most == len(finder)
                return waiting[:0] if complete else waiting
            fetch *= 4
        return waiting

    def _visible(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows that count; -1 in the places of the others."""
        if self._seen is None:
            return rows
        return np.where((rows >= 0) & self._seen[rows], rows, -1)


def _settled(hits: list[Hit], rough: NDArray[np.float32], limit: int, rounding: float) -> bool:
    """Whether nobody who was not fetched can belong to the best `limit`."""
    return len(hits) == limit and bool(rough[-1] < hits[-1].similarity - rounding)
