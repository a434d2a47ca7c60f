"""What becomes of streams to a made-up gateway, one after another."""

from collections.abc import Callable, Iterator
from typing import Any

from faces.errors import ServiceUnavailable
from sureface.access.v1 import access_pb2 as pb

OPEN = pb.IdentifyStreamResponse()
"""The first response of a stream."""

Requests = Iterator[pb.IdentifyStreamRequest]

Turn = Callable[[Iterator[Any]], Iterator[Any]]


def in_turns(*turns: Turn) -> Turn:
    """A script for each stream, the last one for all that follow."""
    left = list(turns)

    def script(requests: Iterator[Any]) -> Iterator[Any]:
        turn = left.pop(0) if len(left) > 1 else left[0]
        return turn(requests)

    return script


def renewed(requests: Requests) -> Iterator[Any]:
    """A stream that the gateway ends after two frames."""
    next(requests)
    yield OPEN
    next(requests)
    next(requests)


def until_the_end(requests: Requests) -> Iterator[Any]:
    """A stream that lasts."""
    next(requests)
    yield OPEN
    for request in requests:
        yield pb.IdentifyStreamResponse(track_id="#1", offset_ms=request.frame.offset_ms)


def away(requests: Requests) -> Iterator[Any]:
    """A gateway that is about to go."""
    next(requests)
    yield ServiceUnavailable(service="gateway")


def torn(requests: Requests) -> Iterator[Any]:
    """A stream that breaks in the middle."""
    next(requests)
    yield OPEN
    next(requests)
    yield ServiceUnavailable(service="gateway")
