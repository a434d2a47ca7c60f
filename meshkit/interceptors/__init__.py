"""Server interceptors, for unary and for stream calls alike."""

from collections.abc import Sequence

import grpc.aio

from meshkit.interceptors.access_log import AccessLog
from meshkit.interceptors.deadline import Deadline
from meshkit.interceptors.decoding import Decoding
from meshkit.interceptors.errors import Errors
from meshkit.interceptors.telemetry import Telemetry

__all__ = ["chain"]


def chain(call_limit_s: float) -> Sequence[grpc.aio.ServerInterceptor]:
    """All interceptors, outermost first.

    Errors sit inside telemetry and log so that those see the final status.
    """
    return (Telemetry(), AccessLog(), Errors(), Deadline(call_limit_s), Decoding())
