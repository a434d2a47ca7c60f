"""Whether the call that is being answered has left a record yet."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass

_trail: ContextVar["Trail | None"] = ContextVar("trail", default=None)


@dataclass(slots=True)
class Trail:
    """Of one call."""

    left: bool = False
    """Whether some record of it is on disk."""


@contextlib.contextmanager
def following() -> Iterator[Trail]:
    """Note what the block leaves; tasks started inside leave it, too."""
    trail = Trail()
    token = _trail.set(trail)
    try:
        yield trail
    finally:
        with contextlib.suppress(ValueError):  # a stream may end in another task's context
            _trail.reset(token)


def leave() -> None:
    """Note that a record of the current call is on disk, if there is one."""
    if trail := _trail.get():
        trail.left = True
