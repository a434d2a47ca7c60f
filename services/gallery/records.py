"""What the gallery keeps, as values. Keys are the store's; identifiers are the callers'."""

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Templates of one person on their way into a collection; columns of equal length."""

    vectors: Vectors
    """Shape (n, d), unit length."""

    qualities: tuple[float, ...]
    source_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Stored templates as an index wants them; columns of equal length."""

    keys: Keys
    """Of the templates."""

    persons: Keys
    """Of the person of each."""

    qualities: NDArray[np.float32]
    vectors: Vectors = field(repr=False)
    """Shape (n, d), unit length."""
