"""The port to the index: which templates are most like a probe.

An index is a disposable projection of the store: it may be rebuilt at any time, and
holds nothing that the store does not. It knows vectors by the keys of their templates,
and nothing of persons, labels or deletions: those are the shelf's.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from services.gallery.plan import Plan
from services.gallery.records import Collection, Keys


@dataclass(frozen=True, slots=True)
class Nearest:
    """Candidates for each probe, by falling similarity."""

    keys: NDArray[np.int64]
    """Shape (n, count), of templates; -1 where the index has no more to give."""

    rough: NDArray[np.float32]
    """Shape (n, count): similarities within `Index.rounding` of the true ones."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A copy of an index that survives a restart."""

    written_us: int
    """When; microseconds since 1970, UTC."""

    templates: int
    """How many are in it, removed ones included."""


class IndexLost(Exception):
    """What an index held elsewhere is not there any more: only the store can help."""


class Index(Protocol):
    """Vectors of one collection. Never called concurrently."""

    plan: Plan
    """How it was built."""

    asked: Plan
    """How it was to be built. Vectors may not allow all of it."""

    exact: bool
    """Whether `nearest` misses nobody. Otherwise it may, seldom."""

    rounding: float
    """More than a rough similarity can differ from that of `vectors`."""

    exchange: int = 0
    """How many of its vectors are read and compared in the time that one more candidate
    takes; 0 if they are far away."""

    def __len__(self) -> int:
        """Vectors that take room, those of removed templates included if they do."""
        ...

    def keys(self) -> Keys:
        """The keys of all of them, rising."""
        ...

    def add(self, templates: Keys, vectors: Vectors) -> None:
        """Take templates in.

        Args:
            templates: Shape (n,), rising, larger than every key before.
            vectors: Shape (n, d), unit length. Copied.
        """
        ...

    def remove(self, templates: Keys) -> None:
        """Forget templates, now or later: `nearest` may go on to return them.

        Keys that the index does not hold are passed over.
        """
        ...

    def nearest(self, probes: Vectors, count: int) -> Nearest:
        """Find candidates.

        Args:
            probes: Shape (n, d), unit length.
            count: Candidates for each probe, at least 1.
        """
        ...

    def vectors(self, templates: Keys) -> Vectors:
        """The vectors of templates that the index holds, as it keeps them; shape (n, d)."""
        ...

    def memory_bytes(self) -> int:
        """What it takes of this process's memory."""
        ...

    def discard(self) -> None:
        """Give back what it takes elsewhere, on another server or a GPU. Its last call."""
        return


class Indexes(Protocol):
    """Makes indexes of one kind."""

    kind: str
    """`exact`, `faiss`, `faiss_gpu` or `milvus`."""

    def plan(self, count: int) -> Plan:
        """How a collection of so many templates is best searched, unless it was tuned."""
        ...

    def plans(self, count: int) -> list[Plan]:
        """Ways worth measuring for a collection of so many templates, an exact scan first."""
        ...

    def fits(self, plan: Plan, count: int) -> bool:
        """Whether an index of this plan still suits so many templates."""
        ...

    def make(self, collection: Collection, plan: Plan, sample: Vectors) -> Index:
        """Make an empty index, aside from any that the collection has.

        Args:
            collection: Whose templates it will hold.
            plan: How to build it.
            sample: Shape (n, d): some of its vectors, to learn from; may be empty if
                the plan has no first stage.
        """
        ...

    def opened(self, collection: Collection, count: int) -> Index:
        """Open the index that a process starts with, for about `count` templates.

        It holds what survived: everything, nothing, or removed templates, too.
        """
        ...

    def save(
        self,
        index: Index,  # noqa: ARG002  # by default, nothing
        collection: Collection,  # noqa: ARG002
        lock: AbstractContextManager[object],  # noqa: ARG002
    ) -> None:
        """Let an index survive, if this kind can: by default, none does.

        Args:
            index: Of that collection; may be in use.
            collection: Whose it is.
            lock: Keeps the index from changing; taken often, for about a millisecond.

        Raises:
            OSError: It cannot be written.
        """
        return

    def saved(self, collection: int) -> Saved | None:  # noqa: ARG002  # by default, nothing
        """What would survive of a collection."""
        return None

    def erase(self, collection: int, templates: Keys) -> None:  # noqa: ARG002  # as above
        """Take removed templates out of what survives; they are gone when this returns.

        Raises:
            OSError: They are still there.
        """
        return

    def keep(self, collections: Sequence[int]) -> None:  # noqa: ARG002  # as above
        """Let nothing survive of any collections but these.

        Raises:
            OSError: Something is still there.
        """
        return

    def close(self) -> None:
        """Let go of servers and threads, once no index is used any more."""
        return


def similarities(vectors: Vectors, probe: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of each row with the probe, or with its own; shape (n,), range [-1, 1].

    Matrix products round differently with each shape. This does not: a pair of vectors
    has one similarity, whoever else is searched for and whatever else is stored.
    """
    rows, others = vectors.astype(np.float64), probe.astype(np.float64)
    sums = np.einsum("ij,ij->i" if probe.ndim > 1 else "ij,j->i", rows, others)
    exact: NDArray[np.float32] = sums.astype(np.float32)
    return np.clip(exact, -1.0, 1.0)
