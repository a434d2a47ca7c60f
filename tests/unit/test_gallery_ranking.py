"""Ranking is exact and cheap: whoever may be among the best is scored, and few others are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery import contenders
from services.gallery.exact import ExactIndex
from services.gallery.filter import Filter
from services.gallery.hits import Candidates, Hit, best
from services.gallery.index import Index, Nearest
from services.gallery.matches import ANYHOW, How
from services.gallery.records import Keys
from services.gallery.scan import scanned
from services.gallery.shelf import Shelf
from services.gallery.table import Table
from tests.galleries import unit_vectors
from tests.indexes import FP16, a_collection, faiss
from tests.shelves import columns, enroll

ROUNDING = 0.05
PROBES = unit_vectors(3, 4, seed=7)


class Counting(ExactIndex):
    """Tells how many vectors were read, and how many at once."""

    def __init__(self, dimension: int) -> None:
        super().__init__(dimension)
        self.read: list[int] = []

    @override
    def vectors(self, templates: Keys) -> Vectors:
        self.read.append(len(templates))
        return super().vectors(templates)


def stored(persons: list[int]) -> tuple[Index, Table]:
    """A template for each number of a person; few directions, so that equals happen."""
    index, table, keys = ExactIndex(4), Table(), np.arange(1, len(persons) + 1)
    table.add(columns(keys, persons), np.array(persons, np.int32))
    index.add(keys, unit_vectors(5, 4)[np.arange(len(persons)) % 5])
    return index, table


def everything(index: Index, table: Table, limit: int) -> list[list[Hit]]:
    """The best persons, with nothing left out."""
    which, rows = np.indices((len(PROBES), len(table)), np.int64)
    return best(index, table, Candidates(which.ravel(), rows.ravel()), PROBES, limit)


def wrong(index: Index, count: int, seed: int) -> Nearest:
    """What an index finds whose rough similarities are wrong by almost as much as they may."""
    found = index.nearest(PROBES, count)
    rough = found.rough + np.random.default_rng(seed).choice(
        [-0.99 * ROUNDING, 0, 0.99 * ROUNDING], found.rough.shape
    )
    order = np.argsort(-rough, axis=1)
    return Nearest(
        np.take_along_axis(found.keys, order, axis=1),
        np.take_along_axis(rough, order, axis=1).astype(np.float32),
    )


@given(
    persons=st.lists(st.integers(0, 9), min_size=1, max_size=40),
    limit=st.integers(1, 12),
    seed=st.integers(0, 99),
)
@settings(max_examples=200, deadline=None)
def test_contenders_leave_out_nobody_who_counts(persons: list[int], limit: int, seed: int) -> None:
    """The best among those who contend are the best of all, however rough the search."""
    index, table = stored(persons)
    nearest = wrong(index, len(persons), seed)
    rows = table.find(nearest.keys)

    kept = contenders.of_nearest(table, nearest, rows, limit=limit, rounding=ROUNDING)
    all_rows = scanned(index, table, np.arange(len(table)), PROBES, limit)

    expected = everything(index, table, limit)
    assert expected == best(index, table, kept, PROBES, limit)
    assert expected == best(index, table, all_rows, PROBES, limit)


def a_crowd(index: Index, vectors: NDArray[np.float32], people: int) -> Shelf:
    """Templates of a few persons in turn."""
    shelf = Shelf(a_collection(vectors.shape[1]), index)
    for person in range(1, people + 1):
        enroll(shelf, person, f"p{person}", group="few" if person == 1 else "others")
    keys = np.arange(1, len(vectors) + 1)
    shelf.add(columns(keys, keys % people + 1), vectors)
    return shelf


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(ANYHOW, id="all"),
        pytest.param(How(filter=Filter.of(persons={"group": "others"}, templates={})), id="filter"),
    ],
)
def test_few_persons_with_many_templates_are_found_by_few_of_them(how: How) -> None:
    """Once everybody there is was found, no more templates are looked at."""
    index = Counting(8)
    shelf = a_crowd(index, unit_vectors(20_000), 5)

    [matches] = shelf.search(unit_vectors(1, seed=5), 10, how, line=0.3)

    assert (5 if how == ANYHOW else 4) == len(matches)
    assert sum(index.read) < 1000


def test_templates_that_are_all_alike_are_read_in_parts() -> None:
    """Nothing tells them apart, so all are compared, a bounded number at once."""
    index = Counting(8)
    shelf = a_crowd(index, np.repeat(unit_vectors(1), 20_000, axis=0), 40)

    [matches] = shelf.search(unit_vectors(1), 10, ANYHOW, line=0.3)

    assert [f"p{number}" for number in range(1, 11)] == [match.person_id for match in matches]
    assert max(index.read) <= 8192


def test_a_narrow_filter_is_as_exact_as_none() -> None:
    """A search finds the same people among a few, however it looks for them."""
    vectors = unit_vectors(5000, 8, seed=3)
    shelves = [a_crowd(index, vectors, 40) for index in (ExactIndex(8), faiss(FP16)(8))]
    few = How(filter=Filter.of(persons={"group": "few"}, templates={}))

    exact, other = [shelf.search(vectors[:40], 3, few, line=0.3) for shelf in shelves]

    assert [[m.template for m in each] for each in exact] == [
        [m.template for m in each] for each in other
    ]
