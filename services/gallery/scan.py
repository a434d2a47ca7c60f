"""The plainest search: chosen templates, one by one. It misses nobody."""

from collections.abc import Iterator

import numpy as np

from faces.embedding import Vectors
from services.gallery.contenders import of_all
from services.gallery.hits import Candidates
from services.gallery.index import Index
from services.gallery.table import Rows, Table

_CHUNK = 8192
"""Vectors decoded at once: 16 MB with 512 numbers each."""

_SCORES = 2**23
"""Rough similarities in memory: 32 MB, and as much again to compare them with."""

_ROUNDING = 1e-5
"""More than a product of float32 matrices is wrong by."""


def scanned(index: Index, table: Table, rows: Rows, probes: Vectors, limit: int) -> Candidates:
    """Compare probes with templates.

    Args:
        index: Holds their vectors.
        table: What is known of them.
        rows: Shape (m,), where in the table they are; at least one.
        probes: Shape (n, d), unit length.
        limit: Most persons a probe.

    Returns:
        All that may speak for one of the best `limit` persons.
    """
    rows = rows[np.argsort(table.persons[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(table.persons[rows], prepend=-1))
    keys, step = table.keys[rows], max(1, _SCORES // len(rows))
    which, places = [], []
    for start in range(0, len(probes), step):
        some = probes[start : start + step]
        rough = np.concatenate([some @ vectors.T for vectors in _vectors(index, keys)], axis=1)
        probe, place = np.nonzero(of_all(rough, starts, limit=limit, rounding=_ROUNDING))
        which.append(probe + start)
        places.append(place)
    return Candidates(np.concatenate(which), rows[np.concatenate(places)])


def _vectors(index: Index, keys: Rows) -> Iterator[Vectors]:
    for start in range(0, len(keys), _CHUNK):
        yield index.vectors(keys[start : start + _CHUNK])
