"""From candidates to persons: each person's best template, by one way of computing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from services.gallery.index import Index, similarities
from services.gallery.records import Keys
from services.gallery.table import Rows, Table

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


@dataclass(frozen=True, slots=True)
class Candidates:
    """Templates that may speak for their persons, for several probes."""

    which: NDArray[np.int64]
    """Shape (c,): the number of each one's probe."""

    rows: Rows
    """Shape (c,): in the table."""


def best(
    index: Index, table: Table, candidates: Candidates, probes: Vectors, limit: int
) -> list[list[Hit]]:
    """Best template of each person among some candidates, best persons first.

    Args:
        index: Holds the candidates' vectors.
        table: What is known of them.
        candidates: Of all probes.
        probes: Shape (n, d), unit length.
        limit: Most persons a probe.

    Returns:
        For each probe, by falling similarity, each person once. Equals go by rising
        number of the person, then by key.
    """
    which, rows = candidates.which, candidates.rows
    keys, persons = table.keys[rows], table.persons[rows]
    scores = _scores(index, keys, probes, which)
    order = np.lexsort((keys, persons, -scores, which))
    # Each person's first candidate is their best one; a pair is a person of a probe.
    pairs = which[order] * (int(persons.max(initial=0)) + 1) + persons[order]
    _, firsts = np.unique(pairs, return_index=True)
    order = order[np.sort(firsts)]
    begins = np.searchsorted(which[order], np.arange(len(probes)))
    order = order[np.arange(len(order)) - begins[which[order]] < limit]

    hits: list[list[Hit]] = [[] for _ in probes]
    columns = (which, persons, keys, rows, scores)
    for probe, *fields in zip(*(column[order].tolist() for column in columns), strict=True):
        hits[probe].append(Hit(*fields))
    return hits


def _scores(
    index: Index, keys: Keys, probes: Vectors, which: NDArray[np.int64]
) -> NDArray[np.float32]:
    scores = np.empty(len(keys), np.float32)
    for start in range(0, len(keys), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        others = probes[0] if len(probes) == 1 else probes[which[some]]
        scores[some] = similarities(index.vectors(keys[some]), others)
    return scores
