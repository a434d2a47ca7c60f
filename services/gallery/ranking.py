"""From similar templates to ranked persons, exactly, over any index.

The index finds candidates. Their similarities are computed again in one defined way,
removed and filtered templates are dropped, and more candidates are fetched until
nobody who is missing could belong to the best.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from services.gallery.index import Index, Nearest, similarities
from services.gallery.records import Keys
from services.gallery.table import Rows, Table

_SPARE = 32
"""Candidates fetched beyond twice the limit, for persons with several templates."""

_WIDEST = 4096
"""Candidates that are worth asking an index for at first: if a filter leaves so little
that more would be needed, what it leaves is scanned instead."""

_MOST = 16_384
"""Most candidates asked of an index; after that, every visible template is scanned."""

_CHUNK = 8192
"""Vectors decoded at once: 16 MB with 512 numbers each."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A person and the template that speaks for them."""

    person: int
    """Their number in the roster."""

    template: int
    similarity: float
    """Cosine. Range [-1, 1]."""


class Finder(Protocol):
    """What candidates come from."""

    exact: bool
    rounding: float

    def __len__(self) -> int:
        """Most candidates that it has to give."""
        ...

    def nearest(self, probes: Vectors, count: int) -> Nearest:
        """Find candidates: see `Index.nearest`."""
        ...


class Scan(Finder):
    """Compares probes with chosen templates of an index, one by one."""

    exact = True
    rounding = 1e-5

    def __init__(self, index: Index, keys: Keys) -> None:
        self._index = index
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    def nearest(self, probes: Vectors, count: int) -> Nearest:
        """Find the `count` nearest of the chosen templates, or all of them."""
        rough = np.concatenate([probes @ vectors.T for vectors in self._vectors()], axis=1)
        count = min(count, rough.shape[1])
        best = np.argpartition(-rough, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(rough, best, axis=1), axis=1)
        best = np.take_along_axis(best, order, axis=1)
        return Nearest(self._keys[best], np.take_along_axis(rough, best, axis=1))

    def _vectors(self) -> Iterator[Vectors]:
        for start in range(0, len(self._keys), _CHUNK):
            yield self._index.vectors(self._keys[start : start + _CHUNK])


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
        if not self._count:
            return [[] for _ in probes]
        hits: list[list[Hit]] = [[] for _ in probes]
        waiting = np.arange(len(probes))
        wanted = 2 * limit + _SPARE
        first = -(-wanted * len(self._index) // self._count)
        if first <= _WIDEST:
            waiting = self._search(self._index, (first, _MOST), (probes, limit), waiting, hits)
        if waiting.size:
            scan = self._scan()
            self._search(scan, (wanted, len(scan)), (probes, limit), waiting, hits)
        return hits

    def of(self, rows: Rows, probe: NDArray[np.float32], limit: int) -> list[Hit]:
        """Best template of each person among some rows, best persons first."""
        keys, persons = self._table.keys[rows], self._table.persons[rows]
        scores = similarities(self._index.vectors(keys), probe)
        order = np.lexsort((keys, persons, -scores))
        _, firsts = np.unique(persons[order], return_index=True)
        best = order[np.sort(firsts)[:limit]]
        columns = (persons[best].tolist(), keys[best].tolist(), scores[best].tolist())
        return [Hit(*fields) for fields in zip(*columns, strict=True)]

    def _scan(self) -> Scan:
        keys = self._table.keys
        return Scan(self._index, keys if self._seen is None else keys[self._seen])

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
            settled = np.zeros(len(waiting), np.bool_)
            for place, number in enumerate(waiting.tolist()):
                hits[number] = self.of(self._rows(found.keys[place]), probes[number], limit)
                settled[place] = _settled(hits[number], found.rough[place], limit, finder.rounding)
            waiting = waiting[~settled]
            if fetch == most:
                complete = finder.exact and most == len(finder)
                return waiting[:0] if complete else waiting
            fetch *= 4
        return waiting

    def _rows(self, keys: Keys) -> Rows:
        rows = self._table.find(keys)
        rows = rows[rows >= 0]
        return rows if self._seen is None else rows[self._seen[rows]]


def _settled(hits: list[Hit], rough: NDArray[np.float32], limit: int, rounding: float) -> bool:
    """Whether nobody who was not fetched can belong to the best `limit`."""
    return len(hits) == limit and bool(rough[-1] < hits[-1].similarity - rounding)
