"""How a call ended, read from its context."""

import sys

import grpc
import grpc.aio
from google.rpc import error_details_pb2, status_pb2

from meshkit.rpc import Context

_DETAILS = "grpc-status-details-bin"
"""Where gRPC puts a `google.rpc.Status`."""


def outcome(context: Context) -> tuple[str, str]:
    """The call's status code by name, and its reason (empty if it has none).

    To be asked once the call has ended, inside a `finally`.
    """
    failure = sys.exception()
    if failure is None:
        return "OK", ""
    if not isinstance(failure, grpc.aio.AbortError):
        # The caller hung up, or its deadline passed: nobody hears a status.
        return grpc.StatusCode.CANCELLED.name, ""
    number = context.code()
    code = next((c for c in grpc.StatusCode if number in (c, c.value[0])), grpc.StatusCode.UNKNOWN)
    for key, value in context.trailing_metadata() or ():
        if key == _DETAILS and isinstance(value, bytes):
            return code.name, _reason(value)
    return code.name, ""


def _reason(details: bytes) -> str:
    info = error_details_pb2.ErrorInfo()
    for detail in status_pb2.Status.FromString(details).details:
        if detail.Unpack(info):
            return str(info.reason)
    return ""
