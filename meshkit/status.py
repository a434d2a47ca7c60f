"""`FaceError` to rich gRPC status and back. The only place where codes are mapped."""

import contextlib
from collections.abc import Iterator

import grpc
import grpc.aio
from google.protobuf import any_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from faces.errors import BY_REASON, DeadlineExceeded, FaceError, MessageBytes, ServiceUnavailable
from meshkit.channels import MESSAGE_BYTES

DOMAIN = "sureface.dev"
"""`google.rpc.ErrorInfo.domain` of every error that originates in the mesh."""


def of_error(error: FaceError) -> grpc.Status:
    """Encode an expected failure: one ErrorInfo, and a RetryInfo where a retry helps."""
    info = error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata)
    details: list[Message] = [info]
    if error.retry_after_s is not None:
        delay = Duration(
            nanos=round(error.retry_after_s * 1e9) % 10**9, seconds=int(error.retry_after_s)
        )
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    return rpc_status.to_status(
        status_pb2.Status(
            code=code_of(error).value[0], message=str(error), details=[_any(d) for d in details]
        )
    )


def code_of(error: FaceError) -> grpc.StatusCode:
    """Total by construction: `Code` borrows its names from `grpc.StatusCode`."""
    return grpc.StatusCode[error.code.name]


def info_of(error: grpc.RpcError) -> error_details_pb2.ErrorInfo | None:
    """Decode the ErrorInfo of a failed call; None if it did not come from the mesh."""
    try:
        status = rpc_status.from_call(error)  # type: ignore[arg-type]  # it is a Call, too
    except (ValueError, DecodeError):  # somebody on the way changed one of the two
        return None
    info = error_details_pb2.ErrorInfo()
    for detail in status.details if status else ():
        if detail.Unpack(info) and info.domain == DOMAIN:
            return info
    return None


def error_of(error: grpc.RpcError, *, service: str) -> FaceError | None:
    """Rebuild what a server raised, or name what the transport met.

    Args:
        error: A failed call.
        service: Who was called, for errors that no server of ours sent.

    Returns:
        None if it is neither of ours nor an expected failure of transport.
    """
    info = info_of(error)
    if info is not None and info.reason in BY_REASON:
        return BY_REASON[info.reason](**info.metadata)
    code = error.code()
    if code is grpc.StatusCode.UNAVAILABLE:
        return ServiceUnavailable(service=service)
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return DeadlineExceeded(stage=service)
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        # Our servers give every refusal a reason: this one was gRPC's own.
        return MessageBytes(service=service, limit_bytes=MESSAGE_BYTES)
    return None


@contextlib.contextmanager
def raising(service: str) -> Iterator[None]:
    """Let calls to `service` raise what the service raised, as if it ran in here."""
    try:
        yield
    except grpc.RpcError as failure:
        error = error_of(failure, service=service)
        if error is None:
            raise
        raise error from failure


def _any(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed
