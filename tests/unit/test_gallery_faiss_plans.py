"""Which plan the FAISS index takes for which collection."""

from typing import Any

import numpy as np
import pytest

from services.gallery.faiss import FaissIndexes
from services.gallery.faiss.plans import EXACT, SMALL, TWO_STAGES
from services.gallery.plan import Plan
from tests.galleries import unit_vectors
from tests.indexes import a_collection, faces


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, EXACT), (SMALL, EXACT), (SMALL + 1, TWO_STAGES), (10_000_000, TWO_STAGES)],
)
def test_small_collections_are_scanned(count: int, expected: Plan) -> None:
    """Above that, a first stage finds candidates, and is among what `tune` measures."""
    indexes = FaissIndexes()

    assert expected == indexes.plan(count)
    assert expected in indexes.plans(count)
    assert indexes.fits(indexes.plan(count), count)


def test_a_size_near_the_line_suits_both_plans() -> None:
    """A collection that shrinks and grows around the line keeps its index."""
    indexes = FaissIndexes()
    near = [round(SMALL * share) for share in (0.6, 0.9, 1.0, 1.1, 1.9)]

    assert [True] * 5 == [indexes.fits(EXACT, count) for count in near]
    assert [True] * 5 == [indexes.fits(TWO_STAGES, count) for count in near]
    assert (False, False) == (indexes.fits(EXACT, 3 * SMALL), indexes.fits(TWO_STAGES, 100))


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        pytest.param(faces(4000), "PCAR32,PQ16x4fs", id="32 of 64"),
        pytest.param(faces(4000, 512, people=2000), "PCAR256,PQ128x4fs", id="256 of 512"),
        pytest.param(unit_vectors(4000, 512), "PQ256x4fs", id="random directions need all"),
        pytest.param(unit_vectors(4000, 7), "PQ7x4fs", id="odd"),
        pytest.param(unit_vectors(4000, 1), "PQ1x4fs", id="one number"),
        pytest.param(np.ones((4000, 2), np.float32), "PQ1x4fs", id="all the same"),
    ],
)
def test_the_usual_first_stage_keeps_the_dimensions_that_matter(sample: Any, expected: str) -> None:
    """Another model's vectors do not lose what ours have none of."""
    index = FaissIndexes().make(a_collection(sample.shape[1]), TWO_STAGES, sample)

    assert (expected, TWO_STAGES) == (index.plan.first_stage, index.asked)


def test_too_small_a_sample_teaches_nothing() -> None:
    """The index says that it scores everything, and does."""
    index = FaissIndexes().make(a_collection(64), TWO_STAGES, faces(100))

    assert (Plan(storage="fp16"), True) == (index.plan, index.exact)
