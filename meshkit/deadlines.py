"""The deadline of the call that is being answered, for the calls it makes in turn."""

import asyncio
import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

_ends_at: ContextVar[float] = ContextVar("ends_at")


@contextlib.contextmanager
def ending_in(seconds: float) -> Iterator[None]:
    """Note when the current call ends; tasks started inside inherit it."""
    token = _ends_at.set(asyncio.get_running_loop().time() + seconds)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # a stream may end in another task's context
            _ends_at.reset(token)


def remaining_s() -> float | None:
    """Seconds until the current call ends, at least 0; None outside of any call."""
    ends_at = _ends_at.get(None)
    return None if ends_at is None else max(0.0, ends_at - asyncio.get_running_loop().time())
