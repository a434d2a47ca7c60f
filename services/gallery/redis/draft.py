"""What a group of writes has changed so far, before any of it is true."""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from services.gallery.answers import Answer
from services.gallery.changes import Change
from services.gallery.records import Collection, Person
from services.gallery.redis.head import Head
from services.gallery.redis.packed import Stored
from services.gallery.redis.script import Command
from services.gallery.store import Request

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """A template on its way into the store."""

    stored: Stored
    vector: NDArray[np.float32] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that is carried out, and its answer."""

    request: Request
    answer: Answer


@dataclass(frozen=True, slots=True)
class Step:
    """One write of the group: where it leads history, and what it means to followers."""

    head: Head
    changes: list[Change]


@dataclass(slots=True)
class Draft:
    """The final state of whatever was touched; None is what was removed.

    Maps are layers: those of one write lie on those of its group, until they are kept.
    """

    collections: ChainMap[str, Collection | None] = field(default_factory=ChainMap)
    persons: ChainMap[tuple[int, str], Person | None] = field(default_factory=ChainMap)
    """By collection and name."""

    templates: ChainMap[tuple[int, int], NewTemplate | None] = field(default_factory=ChainMap)
    """By collection and key."""

    answers: ChainMap[str, Answered] = field(default_factory=ChainMap)
    """By the request's id."""

    homes: ChainMap[int, tuple[int, str]] = field(default_factory=ChainMap)
    """Collection and name of each person met, by key."""

    removals: list[Command] = field(default_factory=list)
    """Commands that remove what has no name here."""

    steps: list[Step] = field(default_factory=list)

    def fork(self) -> "Draft":
        """Lay the empty draft of one write on this one."""
        maps = {
            each.name: getattr(self, each.name).new_child()
            for each in fields(self)
            if isinstance(getattr(self, each.name), ChainMap)
        }
        return Draft(**maps)

    def keep(self, fork: "Draft") -> None:
        """Take over what one write drafted."""
        for each in fields(self):
            mine, new = getattr(self, each.name), getattr(fork, each.name)
            if isinstance(mine, ChainMap):
                mine.update(new.maps[0])
            else:
                mine += new


def merged(
    stored: Mapping[str, V],
    drafted: Mapping[str, V | None],
    *,
    after: str,
    count: int,
) -> list[V]:
    """Lay a draft over a page of what is stored: up to `count` values by name.

    `stored` must have as many more than `count` as are drafted: all may be removed.
    """
    rows: dict[str, V | None] = dict(stored)
    rows.update((name, value) for name, value in drafted.items() if name > after)
    there = [value for _, value in sorted(rows.items()) if value is not None]
    return there[:count]
