"""How a blocking channel is closed, whatever state its calls are in."""

import threading
from typing import Protocol

PATIENCE_S = 2.0
"""Seconds that closing may take. It takes milliseconds, or it never ends."""


class Closes(Protocol):
    """A channel of gRPC, as far as this file needs one."""

    def close(self) -> None:
        """Cancel all calls, and wait until they are over."""


def leave(channel: Closes, *, patience_s: float = PATIENCE_S) -> None:
    """Close a channel, but do not wait forever.

    Ctrl-C in the middle of a stream can take away the event by which gRPC (1.85) learns that the
    call is over; `close` then waits for it until the process is killed. What is not closed by then
    ends with the process: the thread that waits is a daemon.

    Args:
        channel: Nobody may use it any more.
        patience_s: Seconds to wait.
    """
    closing = threading.Thread(target=channel.close, name="closing", daemon=True)
    closing.start()
    closing.join(patience_s)
