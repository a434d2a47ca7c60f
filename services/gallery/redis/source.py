"""Everything that a follower is made of, read page by page while writers go on."""

from collections.abc import Iterator, Sequence

import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery.records import Collection, Columns, Keys, People
from services.gallery.redis import packed
from services.gallery.redis.head import Head
from services.gallery.redis.script import Command, Script, pieces
from services.gallery.redis.space import LAST, behind
from services.gallery.store import Source

_PAGE = 4096
"""Records of one look."""

_VECTORS = 2048
"""Vectors of one look: 4 MB with 512 numbers each."""


class RedisSource(Source):
    """What is stored, without anything that came after one write.

    Pages are of different instants. What was removed meanwhile is missing; what was added
    is left out by its key, as the stream will bring it, in order. Any thread may read.
    """

    def __init__(self, script: Script, head: Head) -> None:
        self._script = script
        self._head = head

    @override
    def last_position(self) -> int:
        return self._head.position

    @override
    def all_collections(self) -> Sequence[Collection]:
        [found] = self._look(("ZRANGEBYLEX", self._script.space.collections, "-", LAST))
        collections = map(packed.load_collection, found)
        return [each for each in collections if each.key <= self._head.last_key]

    @override
    def people(self, collection: int) -> Iterator[People]:
        rows: list[tuple[int, str, str]] = []
        key, name = self._script.space.persons(collection), ""
        while page := self._look(("ZRANGEBYLEX", key, behind(name), LAST, "LIMIT", 0, _PAGE))[0]:
            found = list(map(packed.person_row, page))
            rows += [row for row in found if row[0] <= self._head.last_key]
            name = found[-1][1]
        rows.sort()
        for some in pieces(rows, _PAGE):
            keys, names, labels = zip(*some, strict=True)
            yield People(keys=np.array(keys, np.int64), person_ids=names, labels=labels)

    @override
    def columns(self, collection: int) -> Iterator[Columns]:
        key, last = self._script.space.templates(collection), 0
        limits = (self._head.last_key, "LIMIT", 0, _PAGE)
        while page := self._look(("ZRANGEBYSCORE", key, f"({last}", *limits))[0]:
            columns = packed.load_columns(page)
            yield columns
            last = int(columns.keys[-1])

    @override
    def vectors(self, collection: int, templates: Keys) -> Iterator[tuple[Keys, Vectors]]:
        key = self._script.space.vectors(collection)
        for some in pieces(templates.tolist(), _VECTORS):
            commands = [("HMGET", key, *page) for page in pieces(some)]
            found = [vector for page in self._look(*commands) for vector in page]
            there = np.array([vector is not None for vector in found], bool)
            if there.any():
                keys = np.array(some, np.int64)[there]
                kept = [vector for vector in found if vector]
                yield keys, self._script.sealing.load(collection, keys.tolist(), kept)

    def _look(self, *commands: Command) -> list[list[bytes]]:
        return self._script.look(commands)[1]
