"""Which candidates are worth an exact similarity, by rough ones that are nearly right.

Who is among the best has a rough similarity no more than twice the rounding below that
of the last of the roughly best; so has a person's best template, below their roughly best.
"""

import numpy as np
from numpy.typing import NDArray

from services.gallery.hits import Candidates
from services.gallery.index import Nearest
from services.gallery.table import Rows, Table

_NOBODY = np.float32(-np.inf)


def of_nearest(
    table: Table, nearest: Nearest, rows: Rows, *, limit: int, rounding: float
) -> Candidates:
    """Contenders among what an index found.

    Args:
        table: What is known of them.
        nearest: The candidates of n probes, by falling similarity.
        rows: Shape (n, count), where they are in the table; -1 is none.
        limit: Most persons a probe.
        rounding: More than a rough similarity is wrong by.
    """
    which, place = np.nonzero(rows >= 0)
    flat, rough = rows[which, place], nearest.rough[which, place]
    persons = table.persons[flat]
    pairs = which * (int(persons.max(initial=0)) + 1) + persons
    # The first candidate of a person is their roughly best one.
    _, firsts, person = np.unique(pairs, return_index=True, return_inverse=True)
    tops = rough[firsts][person]
    firsts.sort()
    begins = np.searchsorted(which[firsts], np.arange(len(rows)))
    last = firsts[np.arange(len(firsts)) - begins[which[firsts]] == limit - 1]
    lines = np.full(len(rows), _NOBODY)
    lines[which[last]] = rough[last]
    kept = rough >= np.maximum(lines[which], tops) - np.float32(2 * rounding)
    return Candidates(which[kept], flat[kept])


def of_all(
    rough: NDArray[np.float32], starts: NDArray[np.int64], *, limit: int, rounding: float
) -> NDArray[np.bool_]:
    """Contenders among templates that all probes are compared with.

    Args:
        rough: Shape (n, m), similarities of n probes with m templates, those of one person
            side by side.
        starts: Shape (p,), rising: where each person's templates begin.
        limit: Most persons a probe.
        rounding: More than a rough similarity is wrong by.

    Returns:
        Shape (n, m).
    """
    tops = np.maximum.reduceat(rough, starts, axis=1)
    beyond = len(starts) - limit
    lines = np.repeat(tops, np.diff(starts, append=rough.shape[1]), axis=1)
    if beyond > 0:
        last = np.partition(tops, beyond, axis=1)[:, beyond, None]
        np.maximum(lines, last, out=lines)
    lines -= np.float32(2 * rounding)
    kept: NDArray[np.bool_] = rough >= lines
    return kept
