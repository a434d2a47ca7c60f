"""Errors on their way through gRPC and back."""

from collections.abc import Sequence

import grpc
import grpc.aio
import pytest
from google.rpc import error_details_pb2, status_pb2

from faces.errors import (
    BY_REASON,
    DeadlineExceeded,
    FaceError,
    MessageBytes,
    SceneUnknown,
    ServiceUnavailable,
)
from meshkit import status
from tests.unit.test_errors import EVERY_ERROR, example_of

DETAILS = "grpc-status-details-bin"


def failed_call(
    code: grpc.StatusCode, details: str, trailers: Sequence[tuple[str, str | bytes]] = ()
) -> grpc.aio.AioRpcError:
    """A failed call as a client sees it."""
    return grpc.aio.AioRpcError(
        code, grpc.aio.Metadata(), grpc.aio.Metadata(*trailers), details=details
    )


def sent(error: FaceError) -> grpc.aio.AioRpcError:
    """What a client gets when a server raises `error`."""
    answer = status.of_error(error)
    return failed_call(answer.code, answer.details, answer.trailing_metadata or ())


def details_of(error: FaceError) -> bytes:
    """The trailer that carries an error's details."""
    [value] = [value for key, value in status.of_error(error).trailing_metadata if key == DETAILS]
    assert isinstance(value, bytes)
    return value


def retry_delay_s(error: FaceError) -> float | None:
    """The advice that travels with an error, if any."""
    info = error_details_pb2.RetryInfo()
    delays = [
        info.retry_delay.seconds + info.retry_delay.nanos / 1e9
        for detail in status_pb2.Status.FromString(details_of(error)).details
        if detail.Unpack(info)
    ]
    return delays[0] if delays else None


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_an_error_survives_the_journey(error: type[FaceError]) -> None:
    """A client raises what the server raised: class, metadata, message."""
    raised = error(**example_of(error)["metadata"])

    rebuilt = status.error_of(sent(raised), service="embedder")

    assert rebuilt is not None
    assert (error, raised.metadata, str(raised)) == (type(rebuilt), rebuilt.metadata, str(rebuilt))


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_an_error_maps_to_its_code(error: type[FaceError]) -> None:
    """Every error has a gRPC code of the same name."""
    raised = error(**example_of(error)["metadata"])

    assert error.code.name == status.of_error(raised).code.name


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_retry_advice_travels_where_a_retry_helps(error: type[FaceError]) -> None:
    """RetryInfo is there exactly where the error has a time."""
    raised = error(**example_of(error)["metadata"])

    assert raised.retry_after_s == retry_delay_s(raised)


def test_some_errors_advise_a_retry_and_some_do_not() -> None:
    """The table above is about both kinds."""
    kinds = {error.retry_after_s is None for error in BY_REASON.values()}

    assert {True, False} == kinds


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(grpc.StatusCode.UNAVAILABLE, ServiceUnavailable, id="nobody answers"),
        pytest.param(grpc.StatusCode.DEADLINE_EXCEEDED, DeadlineExceeded, id="time is up"),
        pytest.param(grpc.StatusCode.RESOURCE_EXHAUSTED, MessageBytes, id="too large"),
        pytest.param(grpc.StatusCode.UNIMPLEMENTED, type(None), id="another server altogether"),
        pytest.param(grpc.StatusCode.UNKNOWN, type(None), id="somebody's bug"),
    ],
)
def test_failures_of_transport_get_a_name(code: grpc.StatusCode, expected: type) -> None:
    """What no server of ours sent is named by its code, and by who was called."""
    error = status.error_of(failed_call(code, "connection refused"), service="embedder")

    assert expected is type(error)
    assert error is None or "embedder" in str(error)


def test_an_unknown_reason_is_its_code_alone() -> None:
    """A newer server may know reasons that this client does not."""
    answer = status.of_error(ServiceUnavailable(service="gallery"))
    newer = status_pb2.Status.FromString(details_of(ServiceUnavailable(service="gallery")))
    info = error_details_pb2.ErrorInfo(reason="ERROR_REASON_TOO_NEW", domain=status.DOMAIN)
    newer.details[0].Pack(info)
    call = failed_call(answer.code, answer.details, [(DETAILS, newer.SerializeToString())])

    error = status.error_of(call, service="gallery")

    assert ServiceUnavailable is type(error)


@pytest.mark.parametrize(
    ("code", "trailer"),
    [
        pytest.param(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            details_of(SceneUnknown(scene="x")),
            id="gRPC replaced the code",
        ),
        pytest.param(grpc.StatusCode.UNAVAILABLE, b"\xff\xff", id="garbage"),
        pytest.param(
            grpc.StatusCode.UNAVAILABLE,
            details_of(ServiceUnavailable(service="x")).replace(b"sureface.dev", b"example.test"),
            id="another domain",
        ),
    ],
)
def test_details_that_are_not_ours_are_not_believed(code: grpc.StatusCode, trailer: bytes) -> None:
    """Reading a failure never fails itself."""
    text = str(ServiceUnavailable(service="x"))

    assert status.info_of(failed_call(code, text, [(DETAILS, trailer)])) is None


def test_raising_hands_on_what_a_service_raised() -> None:
    """Inside the block, a remote refusal is the local exception."""
    with pytest.raises(SceneUnknown, match="front_door") as failure, status.raising("gateway"):
        raise sent(SceneUnknown(scene="front_door"))

    assert isinstance(failure.value.__cause__, grpc.RpcError)


def test_raising_leaves_alone_what_nobody_expects() -> None:
    """An unexpected failure stays what it is: a bug, for the interceptor to hide."""
    with pytest.raises(grpc.aio.AioRpcError), status.raising("gateway"):
        raise failed_call(grpc.StatusCode.UNKNOWN, "boom")
