"""A store that is an array: what a gallery makes its index of, without a database."""

from collections.abc import Iterator, Sequence

import numpy as np
from rich.progress import Progress
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery import labels
from services.gallery.faiss import FaissIndexes
from services.gallery.plan import Plan
from services.gallery.projection import Projection
from services.gallery.records import Collection, Columns, Keys, People
from services.gallery.shelf import Shelf
from services.gallery.store import Source

COLLECTION, CONTRACT = "crowd", "bench"

_BATCH = 4096


class ArraySource(Source):
    """One person for each row of an array, whose template has the same key."""

    def __init__(self, vectors: Vectors, plan: str = "") -> None:
        self._vectors = vectors
        count, dimension = vectors.shape
        self._collection = Collection(
            key=1,
            collection_id=COLLECTION,
            contract_id=CONTRACT,
            dimension=dimension,
            plan=plan,
            person_count=count,
            template_count=count,
            created_us=0,
        )

    @override
    def last_position(self) -> int:
        return 0

    @override
    def all_collections(self) -> Sequence[Collection]:
        return [self._collection]

    @override
    def people(self, collection: int) -> Iterator[People]:
        for keys in self._keys():
            yield People(
                keys=keys,
                person_ids=[person_id(row) for row in keys - 1],
                labels=[labels.NONE] * len(keys),
            )

    @override
    def columns(self, collection: int) -> Iterator[Columns]:
        for keys in self._keys():
            yield Columns(
                keys=keys,
                persons=keys,
                qualities=np.ones(len(keys), np.float32),
                captured_us=np.zeros(len(keys), np.int64),
                labels=[labels.NONE] * len(keys),
            )

    @override
    def vectors(self, collection: int, templates: Keys) -> Iterator[tuple[Keys, Vectors]]:
        with Progress(transient=True) as progress:
            task = progress.add_task("templates", total=len(templates))
            for start in range(0, len(templates), _BATCH):
                keys = templates[start : start + _BATCH]
                yield keys, np.asarray(self._vectors[keys - 1], np.float32)
                progress.advance(task, len(keys))

    def _keys(self) -> Iterator[Keys]:
        for start in range(0, len(self._vectors), _BATCH):
            yield np.arange(start + 1, min(start + _BATCH, len(self._vectors)) + 1)


def person_id(row: int) -> str:
    """How the person of a row is called, in an array and in a database."""
    return f"p{row}"


def row_of(person_id: str) -> int:
    """The row of a person who is called so. Keys of templates are the store's own."""
    return int(person_id[1:])


def projected(vectors: Vectors, *, plan: Plan | None = None, threads: int = 1) -> Projection:
    """Make the index of a collection as a gallery does at its start.

    Args:
        vectors: Shape (n, d), unit length.
        plan: How it was tuned to be searched; None is the gallery's own choice.
        threads: Of one scan.
    """
    projection = Projection(FaissIndexes(threads=threads))
    projection.load(ArraySource(vectors, plan.dump() if plan else ""))
    return projection


def shelved(vectors: Vectors, *, plan: Plan | None = None, threads: int = 1) -> Shelf:
    """The only collection of `projected`."""
    return projected(vectors, plan=plan, threads=threads).shelf(COLLECTION)
