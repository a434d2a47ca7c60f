"""Random lives of a collection, over every index, against the plainest reference."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from numpy.typing import NDArray
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery.exact import ExactIndexes
from services.gallery.filter import Filter
from services.gallery.index import Index, Indexes, similarities
from services.gallery.matches import ANYHOW, How
from services.gallery.plan import Plan
from services.gallery.rebuilding import Batch, Workshop
from services.gallery.records import Collection, Keys
from services.gallery.shelf import Shelf
from tests.contract.test_index import MAKERS, SLOW
from tests.galleries import unit_vectors
from tests.indexes import Make
from tests.shelves import a_shelf, columns, enroll

DIMENSION = 8
POOL = unit_vectors(400, DIMENSION, seed=11)
GROUPS = ("day", "night")
PERSONS = st.integers(0, 7)
LOOSE = 0.02
"""More than the coarsest storage changes a similarity."""


class Made(ExactIndexes):
    """Makes indexes in one way, whatever the plan."""

    def __init__(self, make: Make) -> None:
        self._make = make

    @override
    def make(self, collection: Collection, plan: Plan, sample: Vectors) -> Index:
        return self._make(collection.dimension)

    @override
    def opened(self, collection: Collection, count: int) -> Index:
        return self._make(collection.dimension)


class Life(RuleBasedStateMachine):
    """A collection that is added to, deleted from, compacted and searched."""

    make: Make

    def __init__(self) -> None:
        super().__init__()
        self.indexes = Made(type(self).make)
        self.shelf = a_shelf(DIMENSION, self.indexes)
        self.keys: dict[int, int] = {}
        """The key of everybody who is enrolled."""
        self.groups: dict[int, str] = {}
        self.templates: dict[int, tuple[int, int]] = {}
        """Person and place in the pool, by key."""
        self.last = 0

    @rule(person=PERSONS, group=st.sampled_from(GROUPS), count=st.integers(1, 12))
    def add(self, person: int, group: str, count: int) -> None:
        """Somebody, new or known, gets templates and a group."""
        self.last += 1
        key = self.keys.setdefault(person, self.last)
        self.groups[person] = group
        enroll(self.shelf, key, f"p{person}", group=group)
        new = list(range(self.last + 1, self.last + 1 + count))
        self.last = new[-1]
        self.shelf.add(columns(new, [key] * count), POOL[np.array(new) % len(POOL)])
        self.templates |= {each: (person, each % len(POOL)) for each in new}

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def remove_person(self, data: st.DataObject) -> None:
        """Somebody goes with everything."""
        person = data.draw(st.sampled_from(sorted(self.keys)))
        self.shelf.remove_person(self.keys.pop(person))
        self.templates = {key: at for key, at in self.templates.items() if at[0] != person}

    @precondition(lambda self: self.templates)
    @rule(data=st.data())
    def remove_templates(self, data: st.DataObject) -> None:
        """Some templates go, and some that were never there."""
        gone = data.draw(st.lists(st.sampled_from(sorted(self.templates)), max_size=5, unique=True))
        self.shelf.remove_templates(np.array([*sorted(gone), 10**9], np.int64))
        for key in gone:
            del self.templates[key]

    @rule()
    def compact(self) -> None:
        """The index is rebuilt, and no tombstone is left."""
        asyncio.run(rebuild(self.shelf, self.indexes))

        assert 0 == self.shelf.tombstones
        assert sorted(self.templates) == self.shelf.table.keys.tolist()

    @rule()
    def compact_table(self) -> None:
        """The table is made anew over the same index, which may know more than it does."""
        asyncio.run(rebuild(self.shelf, None))

        assert sorted(self.templates) == self.shelf.table.keys.tolist()

    @rule(place=st.integers(0, len(POOL) - 1), limit=st.integers(1, 9))
    def search(self, place: int, limit: int) -> None:
        """All of the collection."""
        self._compare(POOL[place], limit, ANYHOW, GROUPS)

    @rule(place=st.integers(0, len(POOL) - 1), group=st.sampled_from(GROUPS))
    def search_group(self, place: int, group: str) -> None:
        """One group of it."""
        how = How(filter=Filter.of(persons={"group": group}, templates={}))
        self._compare(POOL[place], 3, how, (group,))

    @invariant()
    def counts_are_right(self) -> None:
        """Nobody is lost, and nobody resurrected."""
        assert len(self.templates) == self.shelf.table.visible_count
        assert len(self.keys) == len(self.shelf.roster)

    def _compare(
        self, probe: NDArray[np.float32], limit: int, how: How, groups: tuple[str, ...]
    ) -> None:
        [matches] = self.shelf.search(probe[None], limit, how, line=0.3)
        best = self._best(probe, groups)
        expected = sorted(best.values(), reverse=True)[:limit]

        assert len(expected) == len({match.person_id for match in matches})
        for match, score in zip(matches, expected, strict=True):
            assert abs(score - match.similarity) < LOOSE
            person, place = self.templates[match.template]
            [true] = similarities(POOL[place][None], probe)
            assert f"p{person}" == match.person_id
            assert self.groups[person] in groups
            assert abs(true - match.similarity) < LOOSE

    def _best(self, probe: NDArray[np.float32], groups: tuple[str, ...]) -> Mapping[int, float]:
        best: dict[int, float] = {}
        scores = similarities(POOL, probe).tolist()
        for person, place in self.templates.values():
            if self.groups[person] in groups:
                best[person] = max(best.get(person, -1.0), scores[place])
        return best


async def rebuild(shelf: Shelf, indexes: Indexes | None) -> None:
    """Build the index again, of its own vectors or, if they are too coarse, of the pool's.

    Without indexes, build the table alone.
    """

    async def stored(_: int, keys: Keys) -> list[Batch]:
        return [(keys, POOL[keys % len(POOL)])]

    with ThreadPoolExecutor(1) as thread:
        workshop = Workshop(indexes or ExactIndexes(), stored, thread)
        await (workshop.rebuild(shelf, Plan()) if indexes else workshop.compact_table(shelf))


@pytest.mark.parametrize("kind", MAKERS)
def test_a_collection_lives_as_its_reference_does(kind: str) -> None:
    """Whatever is added, deleted, compacted and searched, in whatever order."""
    machine = type("Life", (Life,), {"make": staticmethod(MAKERS[kind])})
    few = settings(max_examples=8 if kind in SLOW else 25, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(machine, settings=few)
