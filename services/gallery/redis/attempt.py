"""How long a group of writes is tried, and what is known of it when that ends."""

import logging
import random
import time

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,  # noqa: A004  # Redis' own, of which Python's is no base
    RedisError,
    TimeoutError,  # noqa: A004
)

from faces.errors import FaceError, ServiceUnavailable
from services.gallery.redis.server import UnfitError, unavailable

log = logging.getLogger(__name__)

PATIENT = 4
"""Times that others may be faster, before a group asks to write alone."""

_UNSENT = (AuthenticationError, BusyLoadingError, UnfitError)
"""Broken connections that carried nothing."""

_PAUSE_S = 0.05
"""Between looks for what became of a lost commit."""


class Attempt:
    """One group's tries."""

    def __init__(self, patience_s: float) -> None:
        self.conflicts = 0
        """Times that another replica was faster."""
        self._lost = False
        self._ends = time.monotonic() + patience_s

    def again(self) -> bool:
        """After others were faster: wait a little, at random. False when time is up."""
        self.conflicts += 1
        # Not all at once again: those who met once would meet again.
        time.sleep(random.uniform(0.0, 0.001 * min(self.conflicts, 16)))  # noqa: S311
        return time.monotonic() < self._ends

    def failed(self, error: RedisError, *, sent: bool) -> bool:
        """After Redis failed: whether to look what became of it.

        A commit whose connection broke may be true, now or a moment later. The group is
        run again, and finds its answers; or it is not, and is committed then: the lost
        script finds another head, and does nothing.
        """
        if sent and isinstance(error, ConnectionError | TimeoutError):
            self._lost = self._lost or not isinstance(error, _UNSENT)
        if not self._lost or time.monotonic() >= self._ends:
            return False
        time.sleep(_PAUSE_S)
        return True

    def refusal(self) -> FaceError:
        """What callers hear when it is over: that nothing changed, if that is certain."""
        return ServiceUnavailable(service="gallery") if self._lost else unavailable()
