"""Who is enrolled, where, and what became of their photos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from client.types.face import Face, Quality
from client.types.image import Picture
from faces.errors import FaceError
from faces.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """People who are searched together, in one vector space."""

    collection_id: str
    contract_id: str
    dimension: int
    person_count: int
    template_count: int
    create_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone enrolled."""

    person_id: str
    labels: Mapping[str, str]
    template_count: int
    create_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One enrolled sample, without its vector."""

    template_id: str
    quality: float
    source_id: str
    create_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A person and what is known of their templates, oldest first."""

    person: Person
    templates: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo to enrol, with one face."""

    image: Picture = field(repr=False)

    source_id: str = ""
    """Where it came from; kept with the template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollee:
    """A person to enrol, one of many."""

    person_id: str

    photos: Sequence[Photo]
    """1 to 16."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Merged into the person's."""


class PhotoRefusal(Enum):
    """What can refuse a photo."""

    IMAGE = "image"
    POLICY = "policy"
    OUTLIER = "outlier"
    OTHER = "other"
    """Something that this client does not know yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoOutcome:
    """What became of one photo."""

    enrolled: bool

    template_id: str
    """Empty if it did not become one."""

    refusal: PhotoRefusal | None
    """None if it became a template."""

    rule: Rule | None
    """The rule of the scene that refused it, if `refusal` is POLICY."""

    error_reason: str
    """The reason of a picture that cannot be used, if `refusal` is IMAGE; in `sureface enroll`
    with OTHER, the reason of a request that was refused as a whole."""

    reason: str
    """For people."""

    advices: tuple[str, ...]
    face: Face | None
    quality: Quality | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """What became of the photos of one person."""

    person: Person | None
    """As stored; None if every photo was refused."""

    outcomes: tuple[PhotoOutcome, ...]
    """One per photo, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOutcome:
    """What became of one of many people."""

    enrollee: Enrollee
    """As it was given."""

    enrollment: Enrollment | None
    """What became of the photos; None if the mesh refused them as a whole."""

    error: FaceError | None
    """Why it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureReceipt:
    """Proof that an erasure was carried out."""

    receipt_id: str
    collection_id: str

    person_id: str
    """Empty if a whole collection was erased."""

    template_count: int
    delete_time: datetime

    review_count: int
    """Review items whose pictures the gateway that answered has erased."""

    track_count: int | None
    """Tracks of jobs whose crops were erased; None if no worker has said so in time."""

    subject: str
    """Who asked, as their credential says; empty without one."""

    key_id: str
    """Which API key they asked with; empty without one."""

    record: str
    """The record of the decision log that holds it: position, colon, hash."""
