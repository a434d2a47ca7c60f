"""The gallery: writes go to the store, questions to the projection that follows it."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from faces.contract import require_contract
from faces.embedding import Vectors
from faces.errors import CollectionNotFound, FaceError, ReplicaBehind
from faces.paging import Page, page
from meshkit.batcher import Batcher, BatchLimits
from services.gallery import lookup
from services.gallery.answers import Answer
from services.gallery.freshness import Freshness
from services.gallery.lookup import Found, Question, Reply, Score, Search
from services.gallery.matches import ANYHOW, How
from services.gallery.projection import Projection
from services.gallery.records import Collection, Person, Template
from services.gallery.rules import collection_of, person_of
from services.gallery.store import Reader, Request, Store, Transaction
from services.gallery.vectors import unit_rows

A = TypeVar("A", bound=Answer)
T = TypeVar("T")

PATIENCE_S = 1.0
"""How long a search waits for the write that it must see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """Vectors to search a collection for."""

    collection_id: str
    contract_id: str
    vectors: Sequence[NDArray[np.float32]]
    """Each of any shape (d,), with any values."""

    how: How = ANYHOW

    min_position: int = 0
    """The write that the answer must have seen."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a question brought, one result for each probe."""

    results: Sequence[Found]
    stale: bool
    """Whether later writes may exist."""


class Gallery:
    """What the service can do: questions, one method each; all else by `write` and `read`."""

    def __init__(
        self, store: Store, projection: Projection, questions: Batcher[Question, Reply]
    ) -> None:
        self._store = store
        self._projection = projection
        self._questions = questions
        self._freshness = Freshness(store, projection)

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(
        cls, store: Store, projection: Projection, limits: BatchLimits, *, line: float = 0.3
    ) -> AsyncIterator["Gallery"]:
        """Answer while the block runs.

        Args:
            store: The truth.
            projection: Follows it.
            limits: How probes share scans.
            line: Least similarity of two templates of one person, where they are fused.
        """
        queue = Batcher[Question, Reply](
            lookup.asking(projection, line=line),
            name="gallery searches",
            limits=limits,
            key=lookup.kind,
        )
        async with queue.open() as questions:
            yield cls(store, projection, questions)

    async def write(
        self, request: Request, collection_id: str, rule: Callable[[Transaction], A]
    ) -> A:
        """Run one of `rules`; answer once it is on disk and searchable.

        Raises:
            RequestIdReused: The id came with another request before.
            StoreUnavailable: The store fails; nothing was changed.
            ServiceUnavailable: It is on disk, but the index fails. The same request
                again answers once the index is rebuilt.
        """
        answer = await self._store.write(request, rule)
        with contextlib.suppress(CollectionNotFound):
            await self._freshness.shelf(collection_id)
        # The store compares the call of a repeated request: the answer is of its kind.
        return cast("A", answer)

    async def collection(self, collection_id: str) -> Collection:
        """Find a collection, with its counts."""
        return await self._store.read(lambda view: collection_of(view, collection_id))

    async def collections(self, after: str, size: int) -> Page[Collection]:
        """One page of collections, by name."""
        found = await self._store.read(lambda view: view.collections(after, size + 1))
        return page(found, size, lambda collection: collection.collection_id)

    async def person(self, collection_id: str, person_id: str) -> tuple[Person, Sequence[Template]]:
        """Find a person and their templates, oldest first."""

        def work(view: Reader) -> tuple[Person, Sequence[Template]]:
            collection = collection_of(view, collection_id)
            person = person_of(view, collection, person_id)
            return person, view.templates(collection.key, person.key)

        return await self._store.read(work)

    async def persons(self, collection_id: str, after: str, size: int) -> Page[Person]:
        """One page of a collection's persons, by name."""

        def work(view: Reader) -> Sequence[Person]:
            return view.persons(collection_of(view, collection_id).key, after, size + 1)

        return page(await self._store.read(work), size, lambda person: person.person_id)

    async def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one consistent view of the store."""
        return await self._store.read(work)

    async def search(self, probes: Probes, limit: int) -> Answered:
        """Rank persons for each probe.

        Raises:
            QueueFull: Too many probes wait.
            ReplicaBehind: The write to be seen has not been applied in time.
        """
        collection, rows = await self._checked(probes)
        return await self._ask([Search(collection, row, probes.how, limit) for row in rows])

    async def score(self, probe: Probes, person_id: str) -> Answered:
        """Score one probe against one person: one match, or none without templates."""
        collection, [row] = await self._checked(probe)
        return await self._ask([Score(collection, row, probe.how, person_id)])

    async def _ask(self, questions: Sequence[Question]) -> Answered:
        replies = await self._questions.submit(questions)
        for reply in replies:
            if isinstance(reply, FaceError):
                raise reply
        results = [reply for reply in replies if isinstance(reply, Found)]
        return Answered(results, self._store.stale)

    async def _checked(self, probes: Probes) -> tuple[Collection, Vectors]:
        position = self._projection.position
        if position.value < probes.min_position and not await position.reach(
            probes.min_position, patience_s=PATIENCE_S
        ):
            raise ReplicaBehind(position=position.value, min_position=probes.min_position)
        collection = (await self._freshness.shelf(probes.collection_id)).collection
        require_contract(probes.contract_id, served=collection.contract_id)
        return collection, unit_rows(probes.vectors, collection.dimension)
