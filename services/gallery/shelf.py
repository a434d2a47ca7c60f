"""One collection in memory: its index, and the names behind the index's keys."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from faces.errors import PersonNotFound
from services.gallery.index import Hit, Index, rank, similarities
from services.gallery.records import Collection, Rows


@dataclass(frozen=True, slots=True)
class Match:
    """A person who resembles a probe, in the caller's terms."""

    person_id: str
    similarity: float
    """With their most similar template. Range [-1, 1]."""

    template: int
    quality: float
    """Of that template. Range [0, 1]."""


class Shelf:
    """Searches and changes exclude each other by `lock`, which the caller holds."""

    def __init__(self, collection: Collection, index: Index) -> None:
        self.collection = collection
        """As it was created: its counts are not kept up."""
        self.lock = threading.Lock()
        self.open = True
        """False once the collection is deleted."""
        self.stale = False
        """True for good once a change could not be applied: another shelf takes over."""
        self._index = index
        self._names: dict[int, str] = {}
        self._persons: dict[str, int] = {}
        self._templates: dict[int, list[int]] = {}
        self._qualities: dict[int, float] = {}

    def enroll(self, person: int, person_id: str) -> None:
        """Let a person be known."""
        self._names[person] = person_id
        self._persons[person_id] = person
        self._templates[person] = []

    def add(self, rows: Rows) -> None:
        """Make templates of enrolled persons searchable."""
        self._index.add(rows.keys, rows.persons, rows.vectors)
        columns = (rows.keys.tolist(), rows.persons.tolist(), rows.qualities.tolist())
        for template, person, quality in zip(*columns, strict=True):
            self._templates[person].append(template)
            self._qualities[template] = quality

    def remove_person(self, person: int) -> None:
        """Forget a person with all templates."""
        self._forget(self._templates.pop(person))
        del self._persons[self._names.pop(person)]

    def remove_template(self, person: int, template: int) -> None:
        """Forget one template."""
        self._templates[person].remove(template)
        self._forget([template])

    def search(self, probes: Vectors, limit: int) -> list[list[Match]]:
        """Rank persons for each probe of shape (n, d): see `Index.search`."""
        return [[self._match(hit) for hit in hits] for hits in self._index.search(probes, limit)]

    def score(self, person_id: str, probe: NDArray[np.float32]) -> Match | None:
        """Score one person; None if they have no template.

        Raises:
            PersonNotFound: Nobody of that name is enrolled.
        """
        person = self._persons.get(person_id)
        if person is None:
            raise PersonNotFound(collection_id=self.collection.collection_id, person_id=person_id)
        templates = np.array(self._templates[person], np.int64)
        if not templates.size:
            return None
        scores = similarities(self._index.vectors(templates), probe)
        [best] = rank(templates, np.full_like(templates, person), scores, 1)
        return self._match(best)

    def _forget(self, templates: Sequence[int]) -> None:
        self._index.remove(np.array(templates, np.int64))
        for template in templates:
            del self._qualities[template]

    def _match(self, hit: Hit) -> Match:
        quality = self._qualities[hit.template]
        return Match(self._names[hit.person], hit.similarity, hit.template, quality)
