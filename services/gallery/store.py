"""The port to the store: the truth about who is enrolled.

A store runs the domain's functions inside its transactions, so that every store obeys
the same rules. It tells a follower of each commit before it answers: what is answered
is searchable.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from services.gallery.answers import Answer
from services.gallery.changes import Change
from services.gallery.records import Collection, Keys, Person, Rows, Samples, Template

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What makes a write idempotent."""

    request_id: str
    """UUID in its canonical spelling."""

    rpc: str
    """Which call it was."""

    digest: bytes
    """SHA-256 of the canonical request."""


class Reader(Protocol):
    """One consistent view of the store."""

    def collection(self, collection_id: str) -> Collection | None:
        """Look a collection up by name."""
        ...

    def collections(self, after: str, count: int) -> Sequence[Collection]:
        """Up to `count` collections by name, behind `after`."""
        ...

    def person(self, collection: int, person_id: str) -> Person | None:
        """Look a person up by name."""
        ...

    def persons(self, collection: int, after: str, count: int) -> Sequence[Person]:
        """Up to `count` persons by name, behind `after`."""
        ...

    def templates(self, person: int) -> Sequence[Template]:
        """All templates of a person, oldest first."""
        ...


class Transaction(Reader, Protocol):
    """A view that one write may change; all of it or nothing becomes true."""

    now_us: int
    """When the write happens."""

    position: int
    """The write's place in history; larger than those of all writes before."""

    def add_collection(self, collection_id: str, contract_id: str, dimension: int) -> Collection:
        """Create an empty collection. The name must be free."""
        ...

    def remove_collection(self, collection: Collection) -> None:
        """Delete a collection with everyone in it."""
        ...

    def put_person(
        self, collection: Collection, person_id: str, labels: Mapping[str, str]
    ) -> Person:
        """Enroll someone, or set the labels of someone enrolled."""
        ...

    def add_templates(self, collection: Collection, person: Person, samples: Samples) -> Keys:
        """Store templates of someone enrolled; returns their keys, rising."""
        ...

    def remove_person(self, collection: Collection, person: Person) -> None:
        """Delete someone with all templates and all labels, remembered ones included."""
        ...

    def remove_template(self, collection: Collection, template: int) -> bool:
        """Delete a template; False if the collection has none of that key."""
        ...


Work = Callable[[Transaction], Answer]
"""A write's rules. May be run more than once, so it must do nothing but use its argument."""


class Source(Protocol):
    """Everything that a follower is made of, as of the last commit."""

    def last_position(self) -> int:
        """Place of the last write."""
        ...

    def all_collections(self) -> Sequence[Collection]:
        """Every collection."""
        ...

    def enrolled(self, collection: int) -> Iterator[tuple[int, str]]:
        """Key and name of every person."""
        ...

    def rows(self, collection: int) -> Iterator[Rows]:
        """Every template in the order of keys, in batches."""
        ...


class Follower(Protocol):
    """Mirrors the store in memory. Called from one thread at a time, in order."""

    def load(self, source: Source) -> None:
        """Start over from everything that is stored."""
        ...

    def apply(self, position: int, changes: Sequence[Change], source: Source) -> None:
        """Take committed changes over, whole commits at a time. Never raises."""
        ...


class Store(Protocol):
    """The truth. Fails with `StoreUnavailable`, and then nothing has changed."""

    async def write(self, request: Request, work: Work) -> Answer:
        """Run `work` once for this request, make it durable, tell the follower, answer.

        The same request again gets the answer again.

        Raises:
            RequestIdReused: The id came with another request before.
            StoreUnavailable: The store fails; nothing was changed.
            QueueFull: Too many writes wait.
            FaceError: What `work` raised; nothing was changed.
        """
        ...

    async def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one consistent view, without waiting for writes."""
        ...

    async def settle(self) -> None:
        """Wait until the follower has had every chance to catch up."""
        ...
