"""How much each caller may ask for, in this process."""

import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from faces.errors import QueueFull, RateLimited
from gateway.identity.asking import Identity

_MOST_CALLERS = 10_000
"""Callers that are remembered; whoever has not called for longest is forgotten first."""


@dataclass(slots=True)
class _Caller:
    """What one caller has used."""

    tokens: float
    filled_s: float
    running: int = 0


class Limits:
    """A bucket of tokens for each caller, one a call, and a number of calls at once."""

    def __init__(
        self,
        *,
        calls_per_s: float,
        call_slots: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set the limits of whoever has none of their own.

        Args:
            calls_per_s: Most calls a second, after a second's worth at once.
            call_slots: Most calls that run at once, streams among them.
            clock: Seconds.
        """
        self._calls_per_s = calls_per_s
        self._call_slots = call_slots
        self._clock = clock
        self._callers: OrderedDict[tuple[str, str], _Caller] = OrderedDict()

    @contextlib.contextmanager
    def admitted(self, who: Identity) -> Iterator[None]:
        """Let a caller make one call.

        Raises:
            RateLimited: It has made too many just now.
            QueueFull: Too many of its calls run.
        """
        rate = who.calls_per_s or self._calls_per_s
        caller = self._caller(who, rate)
        self._take(caller, rate)
        if caller.running >= self._call_slots:
            raise QueueFull(queue="caller's", limit=self._call_slots)
        caller.running += 1
        try:
            yield
        finally:
            caller.running -= 1

    def _caller(self, who: Identity, rate: float) -> _Caller:
        name = (who.key_id, who.subject)
        if name not in self._callers:
            self._forget()
            self._callers[name] = _Caller(tokens=max(1.0, rate), filled_s=self._clock())
        self._callers.move_to_end(name)
        return self._callers[name]

    def _take(self, caller: _Caller, rate: float) -> None:
        now = self._clock()
        filled = caller.tokens + (now - caller.filled_s) * rate
        caller.tokens, caller.filled_s = min(max(1.0, rate), filled), now
        if caller.tokens < 1:
            wait_s = (1 - caller.tokens) / rate
            raise RateLimited(calls_per_s=f"{rate:g}", wait_s=f"{wait_s:.3g}")
        caller.tokens -= 1

    def _forget(self) -> None:
        while len(self._callers) >= _MOST_CALLERS:
            idle = next((name for name, each in self._callers.items() if not each.running), None)
            if idle is None:
                return
            del self._callers[idle]
