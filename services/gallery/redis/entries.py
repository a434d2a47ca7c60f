"""Entries of the stream: what happened, in keys and names.

No vector and no label is in them, so that nothing of a person who is erased stays behind.
Who follows fetches both from where they are kept, and passes over what is gone by then:
a later entry tells of that.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.gallery import changes as change
from services.gallery.changes import Change
from services.gallery.records import People
from services.gallery.redis import packed
from services.gallery.redis.head import Head
from services.gallery.redis.script import Command, Script, pieces
from services.gallery.redis.space import Space, named
from services.gallery.sealing import Sealing


@dataclass(frozen=True, slots=True)
class Entry:
    """One write, as the stream tells of it."""

    head: Head
    """Where it led history."""

    after: str
    """The token of the write before it."""

    changes: list[Any]
    """As `dump` makes them."""

    @property
    def template_count(self) -> int:
        """How many vectors it may cost to apply it."""
        return sum(each[3] for each in self.changes if each[0] == "templates")

    @classmethod
    def load(cls, entry_id: bytes, fields: Mapping[bytes, bytes]) -> "Entry":
        """Read an entry of the stream."""
        position = int(entry_id.split(b"-")[0])
        head = Head(position, int(fields[b"last_key"]), fields[b"token"].decode())
        return cls(head, fields[b"after"].decode(), json.loads(fields[b"changes"]))


def dump(changes: Sequence[Change]) -> list[Any]:
    """Tell of changes without any vector or label."""
    return [_dump(each) for each in changes]


def _dump(each: Change) -> list[Any]:  # noqa: PLR0911  # one for each kind
    match each:
        case change.CollectionAdded(collection):
            return ["collection", packed.dump_collection(collection).decode()]
        case change.CollectionPlanned(collection, plan):
            return ["plan", collection, plan]
        case change.CollectionRemoved(collection):
            return ["no collection", collection]
        case change.PersonsPut(collection, people):
            return ["persons", collection, people.keys.tolist(), list(people.person_ids)]
        case change.TemplatesAdded(collection, columns):
            # Keys of one write follow one another.
            first = int(columns.keys[0]) if len(columns.keys) else 0
            return ["templates", collection, first, len(columns.keys)]
        case change.PersonRemoved(collection, person):
            return ["no person", collection, person]
        case change.TemplatesRemoved(collection, templates):
            return ["no templates", collection, templates.tolist()]


def resolve(entries: Sequence[Entry], script: Script) -> list[Change]:
    """Fetch what entries tell of, all at one instant."""
    told = [each for entry in entries for each in entry.changes]
    asked = [_commands(each, script.space) for each in told]
    commands = [command for some in asked for command in some]
    results = iter(script.look(commands)[1] if commands else ())
    found = [[next(results) for _ in some] for some in asked]
    changes = [
        _templates(each, rows, script.sealing)
        if each[0] == "templates"
        else _READ[each[0]](each, rows)
        for each, rows in zip(told, found, strict=True)
    ]
    return [each for each in changes if each]


def _commands(told: list[Any], space: Space) -> list[Command]:
    if told[0] == "persons":
        return [("ZRANGEBYLEX", space.persons(told[1]), *named(name)) for name in told[3]]
    if told[0] == "templates" and told[3]:
        _, collection, first, count = told
        last = first + count - 1
        vectors = [
            ("HMGET", space.vectors(collection), *some)
            for some in pieces(range(first, first + count))
        ]
        return [("ZRANGEBYSCORE", space.templates(collection), first, last), *vectors]
    return []


def _persons(told: list[Any], rows: list[Any]) -> Change | None:
    there = [packed.person_row(row[0]) for row in rows if row]
    wanted = set(told[2])
    columns = [row for row in there if row[0] in wanted]
    if not columns:
        return None
    keys, names, labels = zip(*columns, strict=True)
    return change.PersonsPut(told[1], People(keys=np.array(keys), person_ids=names, labels=labels))


def _templates(told: list[Any], rows: list[Any], sealing: Sealing) -> Change | None:
    records, *pages = rows or [()]
    if not records:
        return None
    columns = packed.load_columns(records)
    vectors = [vector for page in pages for vector in page if vector]
    opened = sealing.load(told[1], columns.keys.tolist(), vectors)
    return change.TemplatesAdded(told[1], columns, opened)


_READ: Mapping[str, Callable[[list[Any], list[Any]], Change | None]] = {
    "collection": lambda told, _: change.CollectionAdded(packed.load_collection(told[1].encode())),
    "plan": lambda told, _: change.CollectionPlanned(told[1], told[2]),
    "no collection": lambda told, _: change.CollectionRemoved(told[1]),
    "persons": _persons,
    "no person": lambda told, _: change.PersonRemoved(told[1], told[2]),
    "no templates": lambda told, _: change.TemplatesRemoved(told[1], np.array(told[2], np.int64)),
}
