"""How long a transfer goes on when the gallery does not answer."""

import time

from faces.errors import Code, FaceError

_PATIENCE_S = 60.0
"""Without any progress. A gallery of a million templates is back sooner."""

_PAUSE_S = 1.0

_PASSING = {Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.DEADLINE_EXCEEDED}
"""Connections are renewed every few minutes, so long streams always break at times."""


class Patience:
    """Allows another attempt, after a pause, until too long nothing has moved."""

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._reached = -1
        self._since = time.monotonic()

    def reached(self, place: int) -> None:
        """Note how far it has come."""
        if place != self._reached:
            self._reached, self._since = place, time.monotonic()

    def wait(self, error: FaceError) -> None:
        """Wait before the next attempt.

        Raises:
            FaceError: The error itself: it will not pass, or not soon.
        """
        if error.code not in _PASSING or time.monotonic() - self._since > self._patience_s:
            raise error
        time.sleep(_PAUSE_S)
