"""Every index ranks persons alike, whatever it is made of."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.gallery.exact import ExactIndex
from services.gallery.faiss_flat import FaissFlat
from services.gallery.index import Hit, Index, MakeIndex
from tests.galleries import unit_vectors

INDEXES = [pytest.param(ExactIndex, id="exact"), pytest.param(FaissFlat, id="faiss")]


def keys(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, np.int64)


@pytest.fixture(name="index", params=INDEXES)
def _index(request: pytest.FixtureRequest) -> Index:
    make: MakeIndex = request.param
    return make(8)


def test_an_empty_index_finds_nobody(index: Index) -> None:
    """A probe of an empty collection gets an empty answer."""
    assert (0, [[], []]) == (len(index), index.search(unit_vectors(2), 3))


def test_a_person_has_the_score_of_the_best_template(index: Index) -> None:
    """Each person appears once, with their most similar template."""
    probe = unit_vectors(1)
    far, near = -probe, probe
    index.add(keys(1, 2, 3), keys(7, 7, 8), np.concatenate([far, near, far]))

    assert [[Hit(7, 2, 1.0), Hit(8, 3, -1.0)]] == index.search(probe, 5)


def test_the_limit_counts_persons_not_templates(index: Index) -> None:
    """A person with many similar templates does not push others out."""
    probe, others = unit_vectors(1), unit_vectors(3, seed=1)
    crowd = np.repeat(probe, 500, axis=0)
    index.add(np.arange(500), np.zeros(500, np.int64), crowd)
    index.add(keys(500, 501, 502), keys(1, 2, 3), others)

    [hits] = index.search(probe, 4)

    assert {0, 1, 2, 3} == {hit.person for hit in hits}


def test_equals_are_ordered_by_key(index: Index) -> None:
    """Ties go to the person, then to the template, with the smaller key: even at the limit."""
    vector = unit_vectors(1)
    order = np.random.default_rng(1).permutation(300)
    index.add(order, order // 2, np.repeat(vector, 300, axis=0))

    [hits] = index.search(vector, 3)

    assert [(0, 0), (1, 2), (2, 4)] == [(hit.person, hit.template) for hit in hits]


def test_a_removed_template_is_gone(index: Index) -> None:
    """What is removed is not found; what remains is found with its own vector."""
    vectors = unit_vectors(50)
    index.add(np.arange(50), np.arange(50), vectors)
    index.remove(keys(0, 49, 17, 4711))

    found = [hits[0].template for hits in index.search(vectors, 1)]

    assert {0, 17, 49} == {n for n, template in enumerate(found) if n != template}
    assert (47, False) == (len(index), bool({0, 17, 49} & set(found)))
    np.testing.assert_array_equal(vectors[[48, 1]], index.vectors(keys(48, 1)))


def test_a_template_may_come_back(index: Index) -> None:
    """The last one may go and another come: an index is never used up."""
    first, second = unit_vectors(2)
    index.add(keys(1), keys(1), first[None])
    index.remove(keys(1))
    index.add(keys(2), keys(2), second[None])

    [[hit]] = index.search(second[None], 5)

    assert (2, 2) == (hit.person, hit.template)


def test_a_probe_gets_the_same_answer_in_any_company(index: Index) -> None:
    """A search of N probes equals N searches of one, to the last bit."""
    stored, probes = unit_vectors(3000, seed=2), unit_vectors(40, seed=3)
    index.add(np.arange(3000), np.arange(3000) // 3, stored)

    together = index.search(probes, 10)

    assert [index.search(probe[None], 10)[0] for probe in probes] == together


class Congruence(RuleBasedStateMachine):
    """Whatever happens, FAISS answers as the reference does."""

    def __init__(self) -> None:
        super().__init__()
        self.real, self.reference = FaissFlat(4), ExactIndex(4)
        self.held: set[int] = set()
        self.next_key = 0

    def both(self, act: Callable[[Index], None]) -> None:
        for index in (self.real, self.reference):
            act(index)

    @rule(persons=st.lists(st.integers(0, 5), min_size=1, max_size=30), seed=st.integers(0, 8))
    def add(self, persons: list[int], seed: int) -> None:
        """Few seeds and few persons: equal vectors and large persons happen."""
        fresh = np.arange(self.next_key, self.next_key + len(persons))
        self.both(lambda index: index.add(fresh, keys(*persons), unit_vectors(len(fresh), 4, seed)))
        self.held |= set(fresh.tolist())
        self.next_key += len(fresh)

    @precondition(lambda self: bool(self.held))
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        some = st.lists(st.sampled_from(sorted(self.held)), min_size=1, max_size=20)
        gone = data.draw(some)
        self.both(lambda index: index.remove(keys(*gone)))
        self.held -= set(gone)

    @rule(count=st.integers(1, 30), limit=st.integers(1, 8), seed=st.integers(0, 8))
    def search(self, count: int, limit: int, seed: int) -> None:
        probes = unit_vectors(count, 4, seed)

        assert self.reference.search(probes, limit) == self.real.search(probes, limit)

    @invariant()
    def as_many(self) -> None:
        assert len(self.held) == len(self.reference) == len(self.real)


Congruence.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestCongruence = Congruence.TestCase
