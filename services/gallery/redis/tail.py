"""How this process follows history: entry by entry, or from the start if it must."""

import contextlib
import logging
import threading
from collections.abc import Iterator, Sequence

from redis.exceptions import RedisError

from services.gallery.changes import Change
from services.gallery.redis.entries import Entry, resolve
from services.gallery.redis.head import Head
from services.gallery.redis.script import Script
from services.gallery.redis.source import RedisSource
from services.gallery.store import Follower

log = logging.getLogger(__name__)

_ENTRIES = 64
"""Entries of one look."""

_TEMPLATES = 4096
"""Vectors that are fetched at once, about: 8 MB with 512 numbers each."""


class Tail:
    """Keeps a follower at the head of history. Any thread may ask it to; one at a time does."""

    def __init__(self, script: Script, follower: Follower) -> None:
        self.applied = Head()
        """What the follower has been told."""
        self._script = script
        self._follower = follower
        self._lock = threading.RLock()
        self._head = 0
        self._reached = True

    @property
    def lag(self) -> int:
        """Writes that the follower was not told, as of the last look."""
        return max(0, self._head - self.applied.position)

    @property
    def stale(self) -> bool:
        """Whether there may be writes that the follower was not told."""
        return not self._reached or self.lag > 0

    def reached(self, cause: RedisError | None) -> None:
        """Note whether the store answers; says so when that changes."""
        if self._reached == (cause is None):
            return
        self._reached = cause is None
        if cause:
            log.error("the store cannot be reached; searches go on", extra={"cause": str(cause)})
        else:
            log.info("the store is back")

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let nobody else advance while the block runs, as who writes may know better."""
        with self._lock:
            yield

    def load(self) -> None:
        """Start the follower over from everything that is stored."""
        with self._lock:
            head, _ = self._script.look([])
            self._load(head)

    def settle(self) -> None:
        """Catch up, and let the follower try again what it could not do."""
        self.catch_up()
        with self._lock:
            self.apply(self.applied, [])

    def catch_up(self, news: int = 0) -> None:
        """Apply everything up to the head, unless that is a write that is applied."""
        with self._lock:
            while not 0 < news <= self.applied.position and self._advance():
                pass

    def _advance(self) -> bool:
        """Apply the next entries; False if there are none."""
        position = self.applied.position
        writes = self._script.space.writes
        look = ("XRANGE", writes, position + 1, "+", "COUNT", _ENTRIES)
        head, [found] = self._script.look([look])
        self._head = head.position
        if head == self.applied:
            return False
        entries = [Entry.load(each, _pairs(fields)) for each, fields in found]
        if head.position > position and entries and entries[0].after == self.applied.token:
            for some in _portions(entries):
                self.apply(some[-1].head, resolve(some, self._script))
        else:
            self._start_over(head, entries)
        return True

    def _start_over(self, head: Head, entries: Sequence[Entry]) -> None:
        trimmed = not entries or entries[0].head.position > self.applied.position + 1
        if head.position > self.applied.position and trimmed:
            log.warning("the stream no longer reaches back to here; loading everything")
        else:
            facts = {"applied": self.applied.position, "head": head.position}
            log.error("the store has lost writes; loading what it has", extra=facts)
        self._load(head)

    def _load(self, head: Head) -> None:
        self._follower.load(RedisSource(self._script, head))
        self.applied = head
        self._head = head.position

    def apply(self, head: Head, changes: Sequence[Change]) -> None:
        """Take over what is known to come next. Held, and by who holds it."""
        self._follower.apply(head.position, changes, RedisSource(self._script, head))
        self.applied = head
        self._head = max(self._head, head.position)


def _pairs(fields: Sequence[bytes]) -> dict[bytes, bytes]:
    return dict(zip(fields[::2], fields[1::2], strict=True))


def _portions(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Cut entries where they would cost too many vectors at once."""
    portion, cost = list[Entry](), 0
    for entry in entries:
        if portion and cost + entry.template_count > _TEMPLATES:
            yield portion
            portion, cost = [], 0
        portion.append(entry)
        cost += entry.template_count
    yield portion
