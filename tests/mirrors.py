"""A follower that holds what searches would see, to be compared with other replicas."""

import asyncio
import threading
from collections.abc import Callable, Sequence

from faces.embedding import Vectors
from services.gallery import changes as change
from services.gallery.changes import Change
from services.gallery.records import Columns, People
from services.gallery.store import Follower, Source


class Mirror(Follower):
    """Everyone enrolled, by name, and every vector, by key."""

    def __init__(self) -> None:
        self.position = 0
        self.loads = 0
        """How often it had to start over."""
        self.persons: dict[int, tuple[int, str, str]] = {}
        """Collection, name and labels, by key."""
        self.templates: dict[int, tuple[int, int, bytes]] = {}
        """Collection, person and vector, by key."""
        self.gate = threading.Event()
        """Closed, it lets the store wait."""
        self.gate.set()
        self.waits = threading.Event()
        """Set once it came to a closed gate."""
        self._moved = threading.Condition()

    def names(self) -> dict[str, int]:
        """How many templates each person has."""
        owners = [person for _, person, _ in self.templates.values()]
        return {name: owners.count(key) for key, (_, name, _) in self.persons.items()}

    async def reach(self, position: int) -> None:
        """Wait until a write was applied."""
        await self.until(lambda: self.position >= position)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true after a change."""

        def wait() -> bool:
            with self._moved:
                return self._moved.wait_for(true, timeout=20)

        assert await asyncio.to_thread(wait)

    def load(self, source: Source) -> None:
        position = source.last_position()
        self.persons, self.templates = {}, {}
        for collection in source.all_collections():
            for people in source.people(collection.key):
                self._put(collection.key, people)
            for columns in source.columns(collection.key):
                for keys, vectors in source.vectors(collection.key, columns.keys):
                    assert keys.tolist() == columns.keys.tolist()
                    self._add(collection.key, columns, vectors)
        self.loads += 1
        self._move(position)

    def apply(self, position: int, changes: Sequence[Change], source: Source) -> None:
        if not self.gate.is_set():
            self.waits.set()
        self.gate.wait(20)
        for each in changes:
            self._apply(each)
        self._move(position)

    def _apply(self, each: Change) -> None:
        match each:
            case change.PersonsPut(collection, people):
                self._put(collection, people)
            case change.TemplatesAdded(collection, columns, vectors):
                self._add(collection, columns, vectors)
            case change.PersonRemoved(_, person):
                self.persons.pop(person, None)
                self._keep(lambda row: row[1] != person)
            case change.TemplatesRemoved(_, templates):
                for key in templates.tolist():
                    self.templates.pop(key, None)
            case change.CollectionRemoved(collection):
                self.persons = {
                    key: row for key, row in self.persons.items() if row[0] != collection
                }
                self._keep(lambda row: row[0] != collection)

    def _put(self, collection: int, people: People) -> None:
        for key, name, text in zip(
            people.keys.tolist(), people.person_ids, people.labels, strict=True
        ):
            self.persons[key] = collection, name, text

    def _add(self, collection: int, columns: Columns, vectors: Vectors) -> None:
        rows = zip(columns.keys.tolist(), columns.persons.tolist(), vectors, strict=True)
        for key, person, vector in rows:
            assert person in self.persons
            self.templates[key] = collection, person, vector.tobytes()

    def _keep(self, kept: Callable[[tuple[int, int, bytes]], bool]) -> None:
        self.templates = {key: row for key, row in self.templates.items() if kept(row)}

    def _move(self, position: int) -> None:
        with self._moved:
            self.position = position
            self._moved.notify_all()
