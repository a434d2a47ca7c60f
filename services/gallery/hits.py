"""From candidates to persons: each person's best template, by one way of computing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from services.gallery.index import Index, similarities
from services.gallery.table import Table

_AT_ONCE = 8192
"""Candidates scored at once: 32 MB with 512 numbers each."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A person and the template that speaks for them."""

    person: int
    """Their number in the roster."""

    template: int
    row: int
    """Of the template in the table."""

    similarity: float
    """Cosine. Range [-1, 1]."""


def best(
    index: Index, table: Table, rows: NDArray[np.int64], probes: Vectors, limit: int
) -> list[list[Hit]]:
    """Best template of each person among some candidates, best persons first.

    Args:
        index: Holds the candidates' vectors.
        table: What is known of them.
        rows: Shape (n, c), candidates of each probe as rows of the table; -1 is none.
        probes: Shape (n, d), unit length.
        limit: Most persons a probe.

    Returns:
        For each probe, by falling similarity, each person once. Equals go by rising
        number of the person, then by key.
    """
    step = max(1, _AT_ONCE // max(1, rows.shape[1]))
    hits: list[list[Hit]] = []
    for start in range(0, len(rows), step):
        some = slice(start, start + step)
        hits += _best(index, table, rows[some], probes[some], limit)
    return hits


def _best(
    index: Index, table: Table, rows: NDArray[np.int64], probes: Vectors, limit: int
) -> list[list[Hit]]:
    which, place = np.nonzero(rows >= 0)
    flat = rows[which, place]
    keys, persons = table.keys[flat], table.persons[flat]
    scores = similarities(index.vectors(keys), probes[which])
    order = np.lexsort((keys, persons, -scores, which))
    # Each person's first candidate is their best one; a pair is a person of a probe.
    pairs = which[order] * (int(persons.max(initial=0)) + 1) + persons[order]
    _, firsts = np.unique(pairs, return_index=True)
    order = order[np.sort(firsts)]
    begins = np.searchsorted(which[order], np.arange(len(rows)))
    order = order[np.arange(len(order)) - begins[which[order]] < limit]

    hits: list[list[Hit]] = [[] for _ in rows]
    columns = (which, persons, keys, flat, scores)
    for probe, *fields in zip(*(column[order].tolist() for column in columns), strict=True):
        hits[probe].append(Hit(*fields))
    return hits
