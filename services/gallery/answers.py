"""What writes answer, in a form that the store remembers beside the request's id."""

import dataclasses
import json
from dataclasses import dataclass

from services.gallery.records import Collection, Person


@dataclass(frozen=True, slots=True)
class Created:
    """A collection was created."""

    collection: Collection

    position: int = 0
    """0 in answers of galleries that did not tell it."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A collection was deleted."""

    person_count: int
    template_count: int
    deleted_us: int

    position: int = 0
    """As above."""


@dataclass(frozen=True, slots=True)
class Added:
    """Templates were added."""

    person: Person
    """As stored by then."""

    templates: tuple[int, ...]
    """Keys of the new templates, in the order of the request."""

    position: int

    annotation: str = ""
    """What the caller wanted kept with the answer, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A person or a template was deleted."""

    template_count: int
    deleted_us: int
    position: int


@dataclass(frozen=True, slots=True)
class Imported:
    """One message of an import was stored."""

    template_count: int
    position: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A collection is searched in another way from now on."""

    position: int

    plan: str = ""
    """In which, as `Plan.dump` says."""


Answer = Created | Dropped | Added | Removed | Imported | Planned

_FLAT = {kind.__name__: kind for kind in (Dropped, Removed, Imported, Planned)}


def dump(answer: Answer) -> str:
    """Write an answer down as JSON. The person of an `Added` stays at ``$.person``."""
    return json.dumps({"kind": type(answer).__name__, **dataclasses.asdict(answer)})


def load(text: str) -> Answer:
    """Read what `dump` wrote."""
    fields = json.loads(text)
    kind = fields.pop("kind")
    if kind == Created.__name__:
        return Created(Collection(**fields["collection"]), fields.get("position", 0))
    if kind in _FLAT:
        return _FLAT[kind](**fields)
    person = Person(**fields["person"])
    return Added(
        person, tuple(fields["templates"]), fields["position"], fields.get("annotation", "")
    )
