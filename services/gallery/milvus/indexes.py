"""Makes indexes in Milvus, finds those of earlier processes, and leaves no others there.

Each process has collections of its own: replicas that shared one would delete from it
what another has already added. Replicas of a large gallery are therefore Milvus's to
make, not the gallery's.
"""

import contextlib
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from weakref import WeakValueDictionary

import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from faces.errors import ServiceUnavailable
from services.gallery.fitting import suits, wanted
from services.gallery.index import Indexes, IndexLost
from services.gallery.milvus import plans
from services.gallery.milvus.index import Build, MilvusIndex
from services.gallery.milvus.link import Link
from services.gallery.plan import Plan
from services.gallery.records import Collection

_IDENTITY, _PLAN = "sureface.identity", "sureface.plan"
"""Properties of a collection in Milvus: whose it is, and how it was to be built."""


class MilvusIndexes(Indexes):
    """Implements `Indexes`. What Milvus holds survives a restart of the gallery."""

    kind = "milvus"

    def __init__(self, link: Link, *, gallery: str = "default") -> None:
        """Prepare.

        Args:
            link: To Milvus.
            gallery: Begins the names of this process's collections in Milvus. No two
                processes may have the same.
        """
        self._link = link
        self._prefix = f"sureface_{gallery.replace('-', '_')}_"
        self._used = WeakValueDictionary[str, MilvusIndex]()

    @override
    def plan(self, count: int) -> Plan:
        return plans.plan_for(count)

    @override
    def plans(self, count: int) -> list[Plan]:
        return plans.plans_for(count)

    @override
    def fits(self, plan: Plan, count: int) -> bool:
        return plans.suits(plan, count)

    @override
    def make(self, collection: Collection, plan: Plan, sample: Vectors) -> MilvusIndex:
        name = f"{self._prefix}{collection.key}_{uuid.uuid4().hex[:12]}"
        return self._index(collection, name, plan)

    @override
    def opened(self, collection: Collection, count: int) -> MilvusIndex:
        survivors = self._survivors(collection, count) if count else []
        if survivors:
            # More than one: the process ended before it had dropped a predecessor.
            return max(survivors, key=len)
        asked = wanted(collection.plan, self, count)
        return self.make(collection, asked, np.empty((0, collection.dimension), np.float32))

    @override
    def keep(self, collections: Sequence[int]) -> None:
        try:
            for name, key in self._builds():
                if key not in collections or name not in self._used:
                    self._link.drop(name)
        except ServiceUnavailable as error:
            raise OSError("Milvus still holds what was removed") from error

    @override
    def close(self) -> None:
        # What Milvus holds stays.
        self._link.close()

    def _survivors(self, collection: Collection, count: int) -> list[MilvusIndex]:
        """What Milvus holds of this very collection in a way that still suits it."""
        found = []
        for name, key in self._builds():
            if key == collection.key:
                # A foreign or dropped one is passed over, and dropped by the next `keep`.
                with contextlib.suppress(IndexLost, ValueError):
                    about = self._link.about(name)
                    asked = Plan.load(about.get(_PLAN, "{"))
                    fits = suits(asked, collection.plan, self, count)
                    if fits and about.get(_IDENTITY) == _identity(collection):
                        index = self._index(collection, name, asked)
                        index.take_over()
                        found.append(index)
        return found

    def _builds(self) -> Iterator[tuple[str, int]]:
        """Names in Milvus that are this gallery's, and the collection of each."""
        for name in self._link.names():
            ours = re.fullmatch(f"{self._prefix}([0-9]+)_[0-9a-f]{{12}}", name)
            if ours:
                yield name, int(ours[1])

    def _index(self, collection: Collection, name: str, asked: Plan) -> MilvusIndex:
        plan = asked if plans.kind(asked) else self.plan(collection.template_count)
        build = Build(
            name=name,
            dimension=collection.dimension,
            asked=asked,
            plan=plan,
            about={_IDENTITY: _identity(collection), _PLAN: asked.dump()},
        )
        index = self._used[name] = MilvusIndex(self._link, build, self._let_go)
        return index

    def _let_go(self, index: MilvusIndex) -> None:
        # Another index may have been opened over the same vectors since.
        if self._used.get(index.name) is index:
            with contextlib.suppress(ServiceUnavailable):  # then the next `keep` drops it
                self._link.drop(index.name)


def _identity(collection: Collection) -> str:
    """What no other collection has, not even a later one of the same key in another store."""
    facts = {
        "created_us": collection.created_us,
        "contract_id": collection.contract_id,
        "dimension": collection.dimension,
    }
    return json.dumps(facts)
