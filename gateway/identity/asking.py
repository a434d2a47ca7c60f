"""Who makes the call that is being answered, as its credential says."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from meshkit.keys.key import Role

_asking: ContextVar["Identity | None"] = ContextVar("identity", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a credential that holds says of whoever brought it."""

    subject: str
    """Who it is, spelled like an operator or a reviewer, in small letters."""

    roles: frozenset[Role]
    key_id: str = ""
    """The API key; empty if it came as a token."""

    expire_time: datetime | None = None
    collections: frozenset[str] = frozenset()
    """The only ones that it may use; empty for all."""

    scenes: frozenset[str] = frozenset()
    """The only ones that it may use; empty for all."""

    calls_per_s: float | None = None
    """Most calls a second; None for what everybody may."""

    @property
    def limited(self) -> bool:
        """Whether there are collections or scenes that it may not use."""
        return bool(self.collections or self.scenes)

    def reaches(self, *, collection_id: str, scene: str) -> bool:
        """Whether it may use both. What belongs to no collection is not in one of its own."""
        in_collections = not self.collections or collection_id in self.collections
        return in_collections and (not self.scenes or scene in self.scenes)


@contextlib.contextmanager
def being(identity: Identity) -> Iterator[None]:
    """Note who asks inside; tasks started there inherit it."""
    token = _asking.set(identity)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # a stream may end in another task's context
            _asking.reset(token)


def asking() -> Identity | None:
    """Who makes the current call; None outside of calls, and where nobody must say."""
    return _asking.get()


def in_reach(*, collection_id: str, scene: str) -> bool:
    """Whether whoever asks may use both; for what a call finds by its own id."""
    who = asking()
    return who is None or who.reaches(collection_id=collection_id, scene=scene)
