"""The port to the store: the truth about who is enrolled.

A store runs the domain's functions inside its transactions, so that every store obeys
the same rules. It tells a follower of each commit before it answers: what is answered
is searchable.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from services.gallery.answers import Answer
from services.gallery.changes import Change
from services.gallery.records import Collection, Columns, Keys, People, Person, Samples, Template
from services.gallery.sealing import Resealed

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A template with everything that an export tells of it."""

    template: Template
    person_id: str
    person_labels: Mapping[str, str]
    vector: NDArray[np.float32] = field(repr=False)
    """Shape (d,), unit length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What makes a write idempotent."""

    request_id: str
    """UUID in its canonical spelling."""

    rpc: str
    """Which call it was."""

    digest: bytes
    """SHA-256 of the canonical request."""


class Source(Protocol):
    """Everything that a follower is made of, as of the last commit or later."""

    def last_position(self) -> int:
        """Place of the last write. Ask first: what is read later may be newer."""
        ...

    def all_collections(self) -> Sequence[Collection]:
        """Every collection."""
        ...

    def people(self, collection: int) -> Iterator[People]:
        """Every person by rising key, in batches."""
        ...

    def columns(self, collection: int) -> Iterator[Columns]:
        """Every template by rising key, in batches, without vectors."""
        ...

    def vectors(self, collection: int, templates: Keys) -> Iterator[tuple[Keys, Vectors]]:
        """Vectors of some templates, given by rising key, in batches; those gone are left out."""
        ...


class Reader(Source, Protocol):
    """A view of the store: consistent for as long as one work lasts."""

    def collection(self, collection_id: str) -> Collection | None:
        """Look a collection up by name."""
        ...

    def collections(self, after: str, count: int) -> Sequence[Collection]:
        """Up to `count` collections by name, behind `after`."""
        ...

    def person(self, collection: int, person_id: str) -> Person | None:
        """Look a person up by name."""
        ...

    def persons_named(self, collection: int, person_ids: Iterable[str]) -> Mapping[str, Person]:
        """Look many persons up by name; those who are not enrolled are left out."""
        ...

    def persons(self, collection: int, after: str, count: int) -> Sequence[Person]:
        """Up to `count` persons by name, behind `after`."""
        ...

    def templates(self, collection: int, person: int) -> Sequence[Template]:
        """All templates of a person of that collection, oldest first."""
        ...

    def samples(self, collection: int, after: int, count: int) -> Sequence[Sample]:
        """Up to `count` templates by key, behind `after`, with all that is known of them."""
        ...

    def answered(self, request_id: str) -> bool:
        """Whether a write of this id was carried out, and is remembered."""
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

    def plan_collection(self, collection: Collection, plan: str) -> None:
        """Set how a collection is searched."""
        ...

    def put_persons(
        self, collection: Collection, people: Mapping[str, Mapping[str, str]]
    ) -> Mapping[str, Person]:
        """Enroll people by name, or set the labels of those enrolled; all of them by name."""
        ...

    def add_templates(self, collection: Collection, persons: Keys, samples: Samples) -> Keys:
        """Store templates of people enrolled; returns their keys, rising.

        Args:
            collection: Where the persons are.
            persons: Shape (n,), whose each sample is.
            samples: n of them.
        """
        ...

    def remove_person(self, collection: Collection, person: Person) -> None:
        """Delete someone with all templates and all labels, remembered ones included."""
        ...

    def remove_template(self, collection: Collection, template: int) -> bool:
        """Delete a template; False if the collection has none of that key."""
        ...


Work = Callable[[Transaction], Answer]
"""A write's rules. May be run more than once, so it must do nothing but use its argument."""


class Follower(Protocol):
    """Mirrors the store in memory. Called from one thread at a time, in order."""

    def load(self, source: Source) -> None:
        """Start over from everything that is stored."""
        ...

    def apply(self, position: int, changes: Sequence[Change], source: Source) -> None:
        """Take committed changes over, whole commits at a time. Never raises.

        Changes that `load` has seen already may come again, and change nothing.
        """
        ...


class Store(Protocol):
    """The truth. Fails with `StoreUnavailable`, and then nothing has changed."""

    async def write(self, request: Request, work: Work) -> Answer:
        """Run `work` once for this request, make it durable, tell the follower, answer.

        The same request again gets the answer again.

        Raises:
            RequestIdReused: The id came with another request before.
            StoreUnavailable: The store fails; nothing was changed.
            ServiceUnavailable: It may be stored; the same request tells.
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

    async def compact(self) -> None:
        """Give back the room of what was deleted, and wipe what may be left of it.

        May take seconds for each gigabyte, in which writes wait and reads go on.

        Raises:
            StoreUnavailable: It could not be done, as for want of room; nothing is lost.
        """
        ...

    async def keys(self) -> Mapping[str, int]:
        """How often each key was used that some template may be sealed with, by its id."""
        ...

    async def reseal(self, collection: int, after: int) -> Resealed:
        """Seal the next templates behind a key with the key in use, but for those that are.

        Raises:
            StoreUnavailable: The store fails; none or all of them are.
            ServiceUnavailable: One cannot be opened. The log says which; none is.
        """
        ...

    async def retire(self, before: Mapping[str, int]) -> None:
        """Wipe what is left of templates as they were kept, or have it wiped; forget their keys.

        Args:
            before: What `keys` said before all templates were sealed anew: a key that was
                used since stays.

        Raises:
            StoreUnavailable: It could not be wiped; no key is forgotten.
        """
        ...

    @property
    def stale(self) -> bool:
        """Whether the store may hold writes that the follower has not been told."""
        ...

    @property
    def lag(self) -> int:
        """Writes of the store that the follower was not told, when it was asked last."""
        ...
