"""How long a transfer or a stream goes on when nobody answers."""

import time
from collections.abc import Callable

from faces.errors import FaceError, Unauthenticated

_PATIENCE_S = 60.0
"""Without any progress. A gallery of a million templates is back sooner."""

_PAUSE_S = 1.0


class Patience:
    """Allows another attempt, after a pause, until for too long none has moved anything.

    Connections are renewed every few minutes, so long streams always break at times.
    Time counts from the first failure that follows progress: a stream may have run for
    minutes before it breaks. Credentials expire on the way, too: one refusal after progress is
    borne, the next one is not.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._reached = -1
        self._failing_since: float | None = None

    def reached(self, place: int) -> None:
        """Note how far it has come."""
        if place > self._reached:
            self._reached, self._failing_since = place, None

    def wait(self, error: FaceError) -> None:
        """Wait before the next attempt. Raises what `pause_s` raises."""
        self._sleep(self.pause_s(error))

    def pause_s(self, error: FaceError) -> float:
        """How long to wait before the next attempt.

        Raises:
            FaceError: The error itself: it will not pass, or not soon.
        """
        now = self._clock()
        # A credential that held until now: the next attempt brings the one that follows it.
        moved = self._reached >= 0 and self._failing_since is None
        expired = moved and isinstance(error, Unauthenticated)
        if self._failing_since is None:
            self._failing_since = now
        if not (error.passes or expired) or now - self._failing_since > _PATIENCE_S:
            raise error
        return _PAUSE_S
