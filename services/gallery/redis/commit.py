"""The commands that make a draft true."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from meshkit.sealing import key_of
from services.gallery.changes import REMOVALS
from services.gallery.redis import entries, packed
from services.gallery.redis.draft import Draft, NewTemplate
from services.gallery.redis.head import Head
from services.gallery.redis.remembered import remembering
from services.gallery.redis.script import Command, pieces
from services.gallery.redis.space import Space, named
from services.gallery.sealing import Sealing


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How long what is only of use for a while is kept."""

    keep_ms: int
    """Milliseconds that answers are remembered."""

    stream_length: int
    """Writes that the stream reaches back, at least."""


def commands(
    draft: Draft, before: Head, space: Space, policy: Policy, sealing: Sealing
) -> list[Command]:
    """Everything that a group of writes does, in an order that a full memory permits.

    Redis refuses a script for want of memory only at its first command that writes, and
    only if that command may need memory. So whatever adds begins with SET, and what only
    removes ends with it.
    """
    after = draft.steps[-1].head
    changes = [change for step in draft.steps for change in step.changes]
    removing = [change for change in changes if isinstance(change, REMOVALS)]
    head: list[Command] = [("SET", space.head, after.dump())]
    rest: list[Command] = [
        *draft.removals,
        *_templates(draft, space, sealing),
        *_records(draft, before, space),
        *(
            command
            for answered in draft.answers.values()
            for command in remembering(answered, draft, space, keep_ms=policy.keep_ms)
        ),
        *_entries(draft, before, space),
        ("XTRIM", space.writes, "MAXLEN", "~", policy.stream_length),
    ]
    if removing:
        rest.append(("SET", space.wipe, after.position))
    return rest + head if len(removing) == len(changes) else head + rest


def _records(draft: Draft, before: Head, space: Space) -> Iterable[Command]:
    """Replace or remove the records of collections and persons, and add new ones."""
    records: list[tuple[str, str, int, bytes]] = [
        (space.collections, name, each.key, packed.dump_collection(each))
        if each
        else (space.collections, name, 0, b"")
        for name, each in draft.collections.items()
    ]
    records += [
        (space.persons(home), name, each.key, packed.dump_person(each))
        if each
        else (space.persons(home), name, 0, b"")
        for (home, name), each in draft.persons.items()
    ]
    added: defaultdict[str, list[bytes | int]] = defaultdict(list)
    for zset, name, key, record in records:
        # What is new replaces nothing, unless what had its name is removed in this group.
        if key <= before.last_key or draft.removals:
            yield ("ZREMRANGEBYLEX", zset, *named(name))
        if record:
            added[zset] += (0, record)
    for zset, some in added.items():
        yield from (("ZADD", zset, *piece) for piece in pieces(some))


def _templates(draft: Draft, space: Space, sealing: Sealing) -> Iterable[Command]:
    added: defaultdict[int, list[NewTemplate]] = defaultdict(list)
    gone: defaultdict[int, list[int]] = defaultdict(list)
    for (collection, key), new in draft.templates.items():
        if new:
            added[collection].append(new)
        else:
            gone[collection].append(key)
    for collection, keys in gone.items():
        yield from (("ZREMRANGEBYSCORE", space.templates(collection), k, k) for k in keys)
        for some in pieces(keys):
            yield ("HDEL", space.vectors(collection), *some)
            yield ("ZREM", space.owned(collection), *some)
    for collection, news in added.items():
        yield from _added(collection, news, space, sealing)


def _added(
    collection: int, news: list[NewTemplate], space: Space, sealing: Sealing
) -> Iterable[Command]:
    records, owned, vectors = list[bytes | int](), list[int](), list[bytes | int]()
    keys = np.array([new.stored.key for new in news], np.int64)
    kept = list(sealing.dump(collection, keys, np.stack([new.vector for new in news])))
    for new, vector in zip(news, kept, strict=True):
        records += (new.stored.key, packed.dump_template(new.stored))
        owned += (new.stored.person, new.stored.key)
        vectors += (new.stored.key, vector)
    for key_id in set(map(key_of, kept)):
        yield ("HINCRBY", space.sealing, key_id, 1)
    for some in pieces(records):
        yield ("ZADD", space.templates(collection), *some)
    for some in pieces(owned):
        yield ("ZADD", space.owned(collection), *some)
    for some in pieces(vectors):
        yield ("HSET", space.vectors(collection), *some)


def _entries(draft: Draft, before: Head, space: Space) -> Iterable[Command]:
    token = before.token
    for step in draft.steps:
        chain = ("after", token, "token", step.head.token, "last_key", step.head.last_key)
        told = json.dumps(entries.dump(step.changes), separators=(",", ":"))
        yield ("XADD", space.writes, f"{step.head.position}-1", *chain, "changes", told)
        token = step.head.token
