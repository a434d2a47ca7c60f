"""Records as Redis keeps them: a few bytes each, cheap to read a million times."""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.gallery import labels
from services.gallery.records import Collection, Columns, Person, Template
from services.gallery.redis.space import NUL

_HEAD = np.dtype(
    [
        ("key", "<i8"),
        ("person", "<i8"),
        ("quality", "<f8"),
        ("created_us", "<i8"),
        ("captured_us", "<i8"),
        ("name", "<u2"),
        ("source", "<u2"),
    ]
)
_STRUCT = struct.Struct("<qqdqqHH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A template as it is kept: without its vector, with its person."""

    key: int
    person: int
    person_id: str
    quality: float
    created_us: int
    captured_us: int
    source_id: str
    labels: str
    """As `labels.dump` writes them."""

    def template(self) -> Template:
        """What callers may know of it."""
        return Template(
            key=self.key,
            quality=self.quality,
            source_id=self.source_id,
            created_us=self.created_us,
            captured_us=self.captured_us,
            labels=labels.load(self.labels),
        )


def dump_collection(collection: Collection) -> bytes:
    """Write a collection down, its name first."""
    fields = [
        collection.key,
        collection.contract_id,
        collection.dimension,
        collection.plan,
        collection.person_count,
        collection.template_count,
        collection.created_us,
    ]
    return collection.collection_id.encode() + NUL + json.dumps(fields).encode()


def load_collection(record: bytes) -> Collection:
    """Read what `dump_collection` wrote."""
    name, _, fields = record.partition(NUL)
    key, contract_id, dimension, plan, person_count, template_count, created_us = json.loads(fields)
    return Collection(
        key=key,
        collection_id=name.decode(),
        contract_id=contract_id,
        dimension=dimension,
        plan=plan,
        person_count=person_count,
        template_count=template_count,
        created_us=created_us,
    )


def dump_person(person: Person) -> bytes:
    """Write a person down, the name first."""
    numbers = f"{person.key} {person.template_count} {person.created_us} "
    return NUL.join((person.person_id.encode(), (numbers + labels.dump(person.labels)).encode()))


def load_person(record: bytes) -> Person:
    """Read what `dump_person` wrote."""
    key, name, text, count, created_us = _person(record)
    return Person(
        key=key,
        person_id=name,
        labels=labels.load(text),
        template_count=int(count),
        created_us=int(created_us),
    )


def person_row(record: bytes) -> tuple[int, str, str]:
    """Key, name and labels of a person, the latter as `labels.dump` writes them."""
    return _person(record)[:3]


def dump_template(stored: Stored) -> bytes:
    """Write a template down."""
    name, source = stored.person_id.encode(), stored.source_id.encode()
    numbers = (stored.key, stored.person, stored.quality, stored.created_us, stored.captured_us)
    head = _STRUCT.pack(*numbers, len(name), len(source))
    return head + name + source + stored.labels.encode()


def load_template(record: bytes) -> Stored:
    """Read what `dump_template` wrote."""
    *numbers, name, source = _STRUCT.unpack_from(record)
    key, person, quality, created_us, captured_us = numbers
    at = _STRUCT.size
    return Stored(
        key=key,
        person=person,
        person_id=record[at : at + name].decode(),
        quality=quality,
        created_us=created_us,
        captured_us=captured_us,
        source_id=record[at + name : at + name + source].decode(),
        labels=record[at + name + source :].decode(),
    )


def load_columns(records: Sequence[bytes]) -> Columns:
    """Read many templates at once, as followers want them."""
    head = np.frombuffer(b"".join(record[: _STRUCT.size] for record in records), _HEAD)
    ends = (_STRUCT.size + head["name"].astype(int) + head["source"]).tolist()
    return Columns(
        keys=head["key"].astype(np.int64),
        persons=head["person"].astype(np.int64),
        qualities=head["quality"].astype(np.float32),
        captured_us=head["captured_us"].astype(np.int64),
        labels=[record[end:].decode() for record, end in zip(records, ends, strict=True)],
    )


def _person(record: bytes) -> tuple[int, str, str, str, str]:
    name, _, rest = record.partition(NUL)
    key, count, created_us, text = rest.decode().split(" ", 3)
    return int(key), name.decode(), text, count, created_us
