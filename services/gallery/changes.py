"""What a committed write means to those who follow the store."""

from collections.abc import Sequence
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

_TURN = 1024
"""Templates after which whoever waits for a collection has their turn: about 10 ms."""


def turns(changes: Sequence[Change]) -> list[tuple[int, list[Change]]]:
    """Collections by their keys, and what happens to each at once: whole writes.

    A collection that much is added to comes several times, in order.
    """
    made: list[tuple[int, list[Change]]] = []
    running: dict[int, list[Change]] = {}
    for each in changes:
        key = each.collection.key if isinstance(each, CollectionAdded) else each.collection
        if key not in running:
            running[key] = []
            made.append((key, running[key]))
        running[key].append(each)
        # Templates come last in a write.
        if isinstance(each, TemplatesAdded) and _templates(running[key]) >= _TURN:
            del running[key]
    return made


def _templates(changes: Sequence[Change]) -> int:
    return sum(len(each.columns.keys) for each in changes if isinstance(each, TemplatesAdded))
