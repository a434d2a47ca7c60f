"""The deadline of the call that is being answered, for the calls it makes in turn."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar

from faces.errors import DeadlineExceeded

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


@contextlib.asynccontextmanager
async def limited(seconds: float, *, stage: str) -> AsyncIterator[None]:
    """End what the block does after so many seconds; tasks started inside know when.

    Raises:
        DeadlineExceeded: It took longer; names the stage.
    """
    try:
        async with asyncio.timeout(seconds) as timer:
            with ending_in(seconds):
                yield
    except TimeoutError:
        if not timer.expired():
            raise
        raise DeadlineExceeded(stage=stage) from None


def remaining_s() -> float | None:
    """Seconds until the current call ends, at least 0; None outside of any call."""
    ends_at = _ends_at.get(None)
    return None if ends_at is None else max(0.0, ends_at - asyncio.get_running_loop().time())
