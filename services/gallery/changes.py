"""What a committed write means to those who follow the store."""

from dataclasses import dataclass, field

from faces.embedding import Vectors
from services.gallery.records import Collection, Columns, Keys, People


@dataclass(frozen=True, slots=True)
class CollectionAdded:
    """There is a new, empty collection."""

    collection: Collection


@dataclass(frozen=True, slots=True)
class CollectionPlanned:
    """A collection is to be searched in another way."""

    collection: int
    plan: str
    """As `Plan.dump` says; empty for the plan of its size."""


@dataclass(frozen=True, slots=True)
class CollectionRemoved:
    """A collection is gone with everyone in it."""

    collection: int


@dataclass(frozen=True, slots=True)
class PersonsPut:
    """Persons are enrolled, without templates yet, or have other labels now."""

    collection: int
    people: People


@dataclass(frozen=True, slots=True)
class TemplatesAdded:
    """Persons who are enrolled have more templates."""

    collection: int
    columns: Columns
    vectors: Vectors = field(repr=False)
    """Shape (n, d), unit length; in the order of the columns."""


@dataclass(frozen=True, slots=True)
class PersonRemoved:
    """Someone is gone with all templates."""

    collection: int
    person: int


@dataclass(frozen=True, slots=True)
class TemplatesRemoved:
    """Templates are gone; their persons are still enrolled."""

    collection: int
    templates: Keys


Change = (
    CollectionAdded
    | CollectionPlanned
    | CollectionRemoved
    | PersonsPut
    | TemplatesAdded
    | PersonRemoved
    | TemplatesRemoved
)
"""Keys, not names: names can be used again. Each may be applied twice: the second time
changes nothing."""

REMOVALS = (CollectionRemoved, PersonRemoved, TemplatesRemoved)
"""What must leave no trace on disk."""
