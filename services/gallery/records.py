"""What the gallery keeps, as values. Keys are the store's; identifiers are the callers'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors

Keys = NDArray[np.int64]
"""Shape (n,): keys of templates or of persons. A key is never used twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A set of persons who may be compared with one another."""

    key: int
    """Of this very collection: one created later under the same name has another."""

    collection_id: str
    contract_id: str
    """The only vector space whose vectors it takes."""

    dimension: int
    """Length of its vectors."""

    plan: str = ""
    """How it was tuned to be searched, as `Plan.dump` says; empty if it was not."""

    person_count: int
    template_count: int
    created_us: int
    """When it was created; microseconds since 1970, UTC, as all times here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone enrolled."""

    key: int
    """Of this very enrolment: a person enrolled again has another."""

    person_id: str
    labels: Mapping[str, str]
    template_count: int
    created_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A stored template without its vector."""

    key: int
    quality: float
    """Range [0, 1]."""

    source_id: str
    created_us: int
    captured_us: int
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Templates on their way into a collection; columns of equal length."""

    vectors: Vectors = field(repr=False)
    """Shape (n, d), unit length."""

    qualities: Sequence[float]
    source_ids: Sequence[str]
    captured_us: Sequence[int]
    labels: Sequence[str]
    """As `labels.dump` writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Persons as a follower wants them; columns of equal length, by rising key."""

    keys: Keys
    person_ids: Sequence[str]
    labels: Sequence[str]
    """As `labels.dump` writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Stored templates as a follower wants them; columns of equal length, by rising key."""

    keys: Keys
    """Of the templates."""

    persons: Keys
    """Of the person of each."""

    qualities: NDArray[np.float32]
    captured_us: NDArray[np.int64]
    labels: Sequence[str]
    """As `labels.dump` writes them."""

    def where(self, wanted: NDArray[np.bool_]) -> "Columns":
        """Some of the rows; `wanted` has shape (n,)."""
        if wanted.all():
            return self
        return Columns(
            keys=self.keys[wanted],
            persons=self.persons[wanted],
            qualities=self.qualities[wanted],
            captured_us=self.captured_us[wanted],
            labels=[self.labels[place] for place in np.flatnonzero(wanted).tolist()],
        )
