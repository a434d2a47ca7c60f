"""Who makes a call, as far as its connection tells."""

from typing import Any

import pytest

from meshkit.callers import caller, calling


class Connection:
    """All that is asked of gRPC's context."""

    def __init__(self, peer: str, **metadata: str | bytes) -> None:
        self._peer = peer
        self._metadata = tuple((key.replace("_", "-"), value) for key, value in metadata.items())

    def peer(self) -> str:
        return self._peer

    def invocation_metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        return self._metadata


@pytest.mark.parametrize(
    ("peer", "told"),
    [
        pytest.param("ipv4:10.0.0.7:51234", "ipv4:10.0.0.7", id="IPv4"),
        pytest.param("ipv6:%5B::1%5D:51234", "ipv6:[::1]", id="IPv6"),
        pytest.param("ipv6:[fe80::1%25eth0]:51234", "ipv6:[fe80::1%eth0]", id="IPv6 of a link"),
        pytest.param("unix:/run/sureface.sock", "unix:/run/sureface.sock", id="a socket file"),
        pytest.param("unix:", "unix:", id="nameless"),
    ],
)
def test_tells_where_a_call_comes_from(peer: str, told: str) -> None:
    """The port says nothing that lasts."""
    context: Any = Connection(peer)
    with calling(context):
        asks = caller()

    assert asks
    assert told == asks.peer


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param("a1b2-c3/4:5", "a1b2-c3/4:5", id="plain"),
        pytest.param("x" * 128, "x" * 128, id="as long as may be"),
        pytest.param("x" * 129, "", id="too long"),
        pytest.param("two words", "", id="with a space"),
        pytest.param("a\nb", "", id="with a line break"),
        pytest.param("caf\N{LATIN SMALL LETTER E WITH ACUTE}", "", id="not ASCII"),
        pytest.param("", "", id="empty"),
    ],
)
def test_tells_how_a_call_was_named(given: str, told: str) -> None:
    """Nobody writes what they like into a record."""
    context: Any = Connection("unix:", x_request_id=given)
    with calling(context):
        asks = caller()

    assert asks
    assert told == asks.request_id


def test_outside_of_calls_there_is_nobody() -> None:
    """What a process does by itself has no caller."""
    context: Any = Connection("unix:")
    with calling(context):
        assert caller()

    assert caller() is None
