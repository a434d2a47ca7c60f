"""What a committed write means to those who follow the store."""

from dataclasses import dataclass

from services.gallery.records import Collection, Rows


@dataclass(frozen=True, slots=True)
class CollectionAdded:
    """There is a new, empty collection."""

    collection: Collection


@dataclass(frozen=True, slots=True)
class CollectionRemoved:
    """A collection is gone with everyone in it."""

    collection: int


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """Someone was enrolled, without templates yet."""

    collection: int
    person: int
    person_id: str


@dataclass(frozen=True, slots=True)
class TemplatesAdded:
    """Someone who is enrolled has more templates."""

    collection: int
    rows: Rows


@dataclass(frozen=True, slots=True)
class PersonRemoved:
    """Someone is gone with all templates."""

    collection: int
    person: int


@dataclass(frozen=True, slots=True)
class TemplateRemoved:
    """One template is gone; its person is still enrolled."""

    collection: int
    person: int
    template: int


Change = (
    CollectionAdded
    | CollectionRemoved
    | PersonAdded
    | TemplatesAdded
    | PersonRemoved
    | TemplateRemoved
)
"""Keys, not names: names can be used again."""

REMOVALS = (CollectionRemoved, PersonRemoved, TemplateRemoved)
"""What must leave no trace on disk."""
