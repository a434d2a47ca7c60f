"""Closing a channel ends, even where gRPC's own closing does not."""

import threading

from client.leaving import leave


class Channel:
    """Says when it is closed; closes once it may."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.closed = threading.Event()

    def close(self) -> None:
        self.may.wait()
        self.closed.set()


def test_a_channel_is_closed() -> None:
    """Whoever leaves finds it closed."""
    channel = Channel()
    channel.may.set()

    leave(channel, patience_s=30)

    assert channel.closed.is_set()


def test_a_channel_that_never_closes_is_left() -> None:
    """The caller goes on; the channel still closes if it ever can."""
    channel = Channel()

    leave(channel, patience_s=0.01)

    assert not channel.closed.is_set()
    channel.may.set()
    assert channel.closed.wait(30)
