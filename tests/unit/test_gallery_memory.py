"""The stated memory of what is known of templates is about what it takes."""

import tracemalloc
from collections.abc import Mapping

import numpy as np
import pytest

from tests.shelves import a_shelf, columns, enroll

COUNT = 30_000


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param([{}] * COUNT, id="no labels"),
        pytest.param([{"camera": str(row % 50)} for row in range(COUNT)], id="shared"),
        pytest.param([{"frame": str(row), "camera": "a"} for row in range(COUNT)], id="their own"),
    ],
)
def test_labels_of_templates_are_counted(labels: list[Mapping[str, str]]) -> None:
    """Within a third."""
    shelf = a_shelf()
    enroll(shelf, 1, "ada")
    coming = columns(np.arange(2, COUNT + 2), [1] * COUNT, of_templates=labels)
    before = shelf.table.nbytes
    tracemalloc.start()
    shelf.note(coming)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert 1 == pytest.approx((shelf.table.nbytes - before) / grown, rel=1 / 3)


def test_labels_of_persons_are_counted() -> None:
    """What is told of a person may be long."""
    plain, told = a_shelf(), a_shelf()
    enroll(plain, 1, "ada")
    enroll(told, 1, "ada", note="x" * 10_000)

    assert told.roster.nbytes - plain.roster.nbytes >= 20_000


def test_memory_shrinks_with_labels() -> None:
    """Who is removed takes their labels along."""
    shelf = a_shelf()
    before = shelf.table.nbytes
    enroll(shelf, 1, "ada")
    shelf.note(columns([2], [1], of_templates=[{"note": "x" * 10_000}]))
    with_it = shelf.table.nbytes
    shelf.table.forget_labels(np.array([0]))

    assert with_it - before >= 20_000
    assert shelf.table.nbytes - before <= 1000
