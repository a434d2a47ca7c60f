"""Every index finds the nearest templates, whatever it is made of."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.gallery.index import Index, similarities
from services.gallery.plan import Plan
from services.gallery.records import Keys
from tests.galleries import unit_vectors
from tests.indexes import GRAPH, TWO_STAGES, Make, exact, faiss, milvus

MAKERS: dict[str, Make] = {
    "exact": exact,
    "faiss fp32": faiss(Plan(storage="fp32")),
    "faiss fp16": faiss(Plan(storage="fp16")),
    "faiss int8": faiss(Plan(storage="int8")),
    "faiss two stages": faiss(TWO_STAGES),
    "milvus flat": milvus(Plan(storage="fp32")),
    "milvus hnsw": milvus(GRAPH),
}
SLOW = ("milvus flat", "milvus hnsw")
"""Each call takes milliseconds."""

DIMENSION = 8
LOOSE = 0.02
"""More than the coarsest storage changes a vector."""


def keys(*numbers: int) -> Keys:
    return np.array(numbers, np.int64)


@pytest.fixture(name="index", params=list(MAKERS.values()), ids=list(MAKERS))
def _index(request: pytest.FixtureRequest) -> Index:
    make: Make = request.param
    return make(DIMENSION)


def test_an_empty_index_has_nobody_to_give(index: Index) -> None:
    """A probe of an empty index gets as many blanks as it asked for candidates."""
    found = index.nearest(unit_vectors(2), 3)

    np.testing.assert_array_equal(np.full((2, 3), -1), found.keys)
    assert ((2, 3), 0, 0) == (found.rough.shape, len(index), len(index.keys()))


def test_nothing_is_a_fair_thing_to_ask(index: Index) -> None:
    """No template may be added, removed or read, and no probe searched for."""
    nothing = np.empty((0, DIMENSION), np.float32)
    for _ in range(2):
        index.add(keys(), nothing)
        index.remove(keys())
        assert (0, (0, 3)) == (len(index.vectors(keys())), index.nearest(nothing, 3).keys.shape)
        index.add(np.arange(len(index) + 1, len(index) + 5001), unit_vectors(5000))

    assert 10_000 == len(index)


def test_the_nearest_come_first(index: Index) -> None:
    """Each probe gets the templates most like it, by falling similarity, then blanks."""
    vectors = unit_vectors(40)
    index.add(np.arange(1, 41), vectors)

    found = index.nearest(vectors[:5], 50)

    np.testing.assert_array_equal(np.arange(1, 6), found.keys[:, 0])
    np.testing.assert_array_equal(-1, found.keys[:, 40:])
    assert (np.diff(found.rough[:, :40], axis=1) <= 0).all()
    np.testing.assert_array_equal(np.arange(1, 41), np.sort(found.keys[0, :40]))


def test_keys_rise_and_have_gaps(index: Index) -> None:
    """Keys are the store's: an index gives back those that it was given."""
    vectors = unit_vectors(3)
    index.add(keys(5, 900), vectors[:2])
    index.add(keys(2**40), vectors[2:])

    np.testing.assert_array_equal(keys(5, 900, 2**40), index.keys())
    np.testing.assert_allclose(vectors[[2, 0]], index.vectors(keys(2**40, 5)), atol=LOOSE)
    assert 900 == index.nearest(vectors[1:2], 1).keys[0, 0]


def test_a_removed_template_takes_nobodys_place(index: Index) -> None:
    """What remains is found with its own vector; unknown keys and repetitions do no harm."""
    vectors = unit_vectors(50)
    index.add(np.arange(1, 51), vectors)
    index.remove(keys(1, 50, 18, 4711, 18))
    index.remove(keys(18, 0))

    kept = np.setdiff1d(np.arange(1, 51), keys(1, 18, 50))
    found = index.nearest(vectors[kept - 1], 4)

    np.testing.assert_array_equal(
        kept, [next(key for key in row if key in kept) for row in found.keys]
    )
    np.testing.assert_allclose(vectors[[48, 1]], index.vectors(keys(49, 2)), atol=LOOSE)


def test_what_is_added_is_copied(index: Index) -> None:
    """The caller may go on to use the array of vectors."""
    vectors = unit_vectors(20)
    lent = vectors.copy()
    index.add(np.arange(1, 21), lent)
    lent[:] = 0

    np.testing.assert_array_equal(np.arange(1, 21), index.nearest(vectors, 1).keys[:, 0])


@pytest.mark.parametrize("count", [1, 10, 300])
def test_a_probe_gets_the_same_answer_in_any_company(index: Index, count: int) -> None:
    """A batch finds the templates that its probes find alone."""
    stored, probes = unit_vectors(5000, seed=2), unit_vectors(40, seed=3)
    index.add(np.arange(1, 5001), stored)

    together = index.nearest(probes, count)

    alone = [index.nearest(probe[None], count) for probe in probes]
    np.testing.assert_array_equal(np.concatenate([one.keys for one in alone]), together.keys)
    np.testing.assert_allclose(
        np.concatenate([one.rough for one in alone]), together.rough, atol=index.rounding
    )


def test_rough_similarities_are_nearly_those_of_the_vectors(index: Index) -> None:
    """They differ from the defined similarity by rounding alone."""
    index.add(np.arange(1, 5001), unit_vectors(5000, seed=2))
    [probe] = unit_vectors(1, seed=4)

    found = index.nearest(probe[None], 100)

    true = similarities(index.vectors(found.keys[0]), probe)
    assert np.abs(true - found.rough[0]).max() < index.rounding


def test_memory_grows_with_what_is_held(index: Index) -> None:
    """It is no less than the vectors in the storage's precision."""
    before = index.memory_bytes()
    index.add(np.arange(1, 100_001), unit_vectors(100_000))

    assert 100_000 * DIMENSION <= index.memory_bytes() - before <= 100_000 * (DIMENSION * 4 + 30)


class Congruence(RuleBasedStateMachine):
    """Whatever happens, an index that claims to miss nobody misses nobody."""

    def __init__(self, make: Make) -> None:
        super().__init__()
        self.index = make(4)
        self.held: set[int] = set()
        self.next_key = 1

    @rule(count=st.integers(1, 30), gap=st.integers(0, 3), seed=st.integers(0, 8))
    def add(self, count: int, gap: int, seed: int) -> None:
        """Few seeds: equal vectors happen."""
        fresh = np.arange(self.next_key + gap, self.next_key + gap + count)
        self.index.add(fresh, unit_vectors(count, 4, seed))
        self.held |= set(fresh.tolist())
        self.next_key = int(fresh[-1]) + 1

    @precondition(lambda self: bool(self.held))
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        some = st.lists(st.sampled_from(sorted(self.held)), min_size=1, max_size=20)
        gone = data.draw(some)
        self.index.remove(keys(*gone))
        self.held -= set(gone)

    @precondition(lambda self: bool(self.held))
    @rule(count=st.integers(1, 30), limit=st.integers(1, 40), seed=st.integers(0, 8))
    def search(self, count: int, limit: int, seed: int) -> None:
        held = keys(*sorted(self.held))
        vectors = self.index.vectors(held)
        probes = unit_vectors(count, 4, seed)

        found = self.index.nearest(probes, limit)

        for probe, got, rough in zip(probes, found.keys, found.rough, strict=True):
            scores = similarities(vectors, probe)
            given_up = scores[~np.isin(held, got)]
            there = np.isin(got, held)
            mine = scores[np.searchsorted(held, got[there])]
            np.testing.assert_allclose(mine, rough[there], atol=self.index.rounding)
            assert given_up.max(initial=-np.inf) <= rough[-1] + self.index.rounding
            assert len(np.unique(got[got >= 0])) == np.count_nonzero(got >= 0)


@pytest.mark.parametrize("kind", MAKERS)
def test_congruence(kind: str) -> None:
    """Random sequences of calls, against numpy over the vectors that the index keeps."""

    class Machine(Congruence):
        def __init__(self) -> None:
            super().__init__(MAKERS[kind])

    few = settings(max_examples=8 if kind in SLOW else 40, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(Machine, settings=few)
