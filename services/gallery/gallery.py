"""The gallery: writes go to the store, questions to the projection that follows it."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from faces.contract import require_contract
from faces.embedding import Vectors
from faces.errors import CollectionNotFound, FaceError, ServiceUnavailable
from faces.paging import Page, page
from meshkit.batcher import Batcher, BatchLimits
from services.gallery import lookup
from services.gallery.answers import Answer
from services.gallery.lookup import Found, Question, Reply, Score, Search
from services.gallery.projection import Projection
from services.gallery.records import Collection, Person, Template
from services.gallery.rules import collection_of, person_of
from services.gallery.shelf import Shelf
from services.gallery.store import Reader, Request, Store, Transaction
from services.gallery.vectors import unit_rows

A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """Vectors to search a collection for."""

    collection_id: str
    contract_id: str
    vectors: Sequence[NDArray[np.float32]]
    """Each of any shape (d,), with any values."""


class Gallery:
    """What the service can do. Every method is one call of `GalleryService`."""

    def __init__(
        self, store: Store, projection: Projection, questions: Batcher[Question, Reply]
    ) -> None:
        self._store = store
        self._projection = projection
        self._questions = questions

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(
        cls, store: Store, projection: Projection, limits: BatchLimits
    ) -> AsyncIterator["Gallery"]:
        """Answer while the block runs; `limits` say how probes share scans."""
        queue = Batcher[Question, Reply](
            lambda questions: lookup.ask(projection, questions),
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
            await self._fresh(collection_id)
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
            person = person_of(view, collection_of(view, collection_id), person_id)
            return person, view.templates(person.key)

        return await self._store.read(work)

    async def persons(self, collection_id: str, after: str, size: int) -> Page[Person]:
        """One page of a collection's persons, by name."""

        def work(view: Reader) -> Sequence[Person]:
            return view.persons(collection_of(view, collection_id).key, after, size + 1)

        return page(await self._store.read(work), size, lambda person: person.person_id)

    async def search(self, probes: Probes, limit: int) -> Sequence[Found]:
        """Rank persons for each probe.

        Raises:
            QueueFull: Too many probes wait.
        """
        shelf = await self._fresh(probes.collection_id)
        rows = _rows(probes, shelf)
        return await self._ask([Search(shelf, row, limit) for row in rows])

    async def score(self, probe: Probes, person_id: str) -> Found:
        """Score one probe against one person: one match, or none without templates."""
        shelf = await self._fresh(probe.collection_id)
        [row] = _rows(probe, shelf)
        [found] = await self._ask([Score(shelf, row, person_id)])
        return found

    async def _ask(self, questions: Sequence[Question]) -> Sequence[Found]:
        replies = await self._questions.submit(questions)
        for reply in replies:
            if isinstance(reply, FaceError):
                raise reply
        return [reply for reply in replies if isinstance(reply, Found)]

    async def _fresh(self, collection_id: str) -> Shelf:
        """Find a shelf that holds every write; if it does not, have it rebuilt."""
        shelf = self._projection.shelf(collection_id)
        if shelf.stale:
            await self._store.settle()
            shelf = self._projection.shelf(collection_id)
        if shelf.stale:
            raise ServiceUnavailable(service="gallery")
        return shelf


def _rows(probes: Probes, shelf: Shelf) -> Vectors:
    require_contract(probes.contract_id, served=shelf.collection.contract_id)
    return unit_rows(probes.vectors, shelf.collection.dimension)
