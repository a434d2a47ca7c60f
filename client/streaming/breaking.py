"""Streams that break on the way."""

import contextlib
from collections.abc import Iterator

import grpc

from faces.errors import ServiceUnavailable
from meshkit.status import error_of

SERVED = "gateway"
"""Who is named when nobody answers."""

_BROKEN = {grpc.StatusCode.INTERNAL, grpc.StatusCode.CANCELLED}
"""What gRPC makes of a message that the end of its stream overtakes, and of a server that stops."""


@contextlib.contextmanager
def broken() -> Iterator[None]:
    """Let a stream raise what the gateway raised, or that it broke."""
    try:
        yield
    except grpc.RpcError as failure:
        error = error_of(failure, service=SERVED)
        if error is None and failure.code() in _BROKEN:
            error = ServiceUnavailable(service=SERVED)
        if error is None:
            raise
        raise error from failure
