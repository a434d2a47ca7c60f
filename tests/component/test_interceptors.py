"""What surrounds every call, over real sockets: errors, deadlines, decoding, log, metrics."""

import asyncio
import logging
from collections.abc import Callable

import grpc
import grpc.aio
import pytest
from prometheus_client import REGISTRY

from faces.errors import FaceError, QueueFull, SceneUnknown
from meshkit import status
from meshkit.log import JsonLines
from tests.echo import KINDS, NAME, Echo, access_lines, echoing, message, shout

SECRET = "/srv/models/secret.onnx of Ada"
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def raises(error: BaseException) -> Callable[[str], asyncio.Future[str]]:
    async def answer(_: str) -> str:
        raise error

    return answer  # type: ignore[return-value]  # awaited like a future


def calls(method: str, code: str, reason: str) -> float:
    return counted(f"{NAME}/{method}", code, reason)


def counted(method: str, code: str, error: str) -> float:
    labels = {
        "rpc_system_name": "grpc",
        "rpc_method": method,
        "rpc_response_status_code": code,
        "error_type": error,
    }
    return REGISTRY.get_sample_value("rpc_server_call_duration_seconds_count", labels) or 0


@pytest.fixture(autouse=True)
def _info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


@EVERY_KIND
async def test_answers_pass_through(kind: str) -> None:
    """Every kind of call works as if nothing was around it."""
    async with echoing(Echo(shout)) as caller:
        assert "ADA" == await caller.ask(kind, message("ada"))


@EVERY_KIND
@pytest.mark.parametrize(
    "error",
    [
        pytest.param(SceneUnknown(scene="front_door"), id="refused"),
        pytest.param(QueueFull(queue="model", limit=8), id="too busy"),
    ],
)
async def test_an_expected_error_travels(
    kind: str, error: FaceError, caplog: pytest.LogCaptureFixture
) -> None:
    """Code, reason, metadata and message arrive; the access log and the metrics know them."""
    before = calls(kind, error.code.name, error.reason)
    async with echoing(Echo(raises(error))) as caller:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await caller.ask(kind, message("ada"))

    info = status.info_of(failure.value)
    assert info is not None
    assert (error.reason, error.metadata) == (info.reason, dict(info.metadata))
    assert (error.code.name, str(error)) == (failure.value.code().name, failure.value.details())
    assert [(f"/{NAME}/{kind}", error.code.name, error.reason)] == access_lines(caplog)
    assert before + 1 == calls(kind, error.code.name, error.reason)


@EVERY_KIND
@pytest.mark.parametrize(
    "bug",
    [
        pytest.param(RuntimeError(SECRET), id="exception"),
        pytest.param(asyncio.CancelledError(SECRET), id="cancelled without a caller's wish"),
    ],
)
async def test_a_bug_keeps_its_text(
    kind: str, bug: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    """The caller gets an incident number; what and where it was stands under it in our log."""
    async with echoing(Echo(raises(bug))) as caller:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await caller.ask(kind, message("ada"))

    info = status.info_of(failure.value)
    assert info is not None
    incident = info.metadata["incident"]
    assert ("ERROR_REASON_INTERNAL", 8) == (info.reason, len(incident))
    assert grpc.StatusCode.INTERNAL is failure.value.code()
    assert f"internal error, incident {incident}" == failure.value.details()
    assert "secret" not in repr(failure.value) + repr(failure.value.trailing_metadata())
    [logged] = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert incident == logged.incident  # type: ignore[attr-defined]  # from `extra`
    line = JsonLines("echo").format(logged)
    assert f"{type(bug).__name__}" in line
    assert "secret" not in line
    assert [(f"/{NAME}/{kind}", "INTERNAL", "ERROR_REASON_INTERNAL")] == access_lines(caplog)


@EVERY_KIND
async def test_garbage_is_the_callers_fault(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """Bytes that are no message are refused with a reason, and counted."""
    async with echoing(Echo(shout)) as caller:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await caller.ask(kind, b"\xff\xff\xff")

    info = status.info_of(failure.value)
    assert info is not None
    assert "ERROR_REASON_MESSAGE_MALFORMED" == info.reason
    assert {"method": f"/{NAME}/{kind}"} == dict(info.metadata)
    assert [
        (f"/{NAME}/{kind}", "INVALID_ARGUMENT", "ERROR_REASON_MESSAGE_MALFORMED")
    ] == access_lines(caplog)


@pytest.mark.parametrize("kind", ["UnaryStream", "StreamStream"])
async def test_a_stream_is_closed_when_its_caller_leaves(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What a servicer holds during a stream is released, and the call is logged."""
    echo = Echo(shout)
    async with echoing(echo) as caller:
        await caller.ask(kind, message("ada"))
        await echo.left.wait()

    [(_, code, _)] = access_lines(caplog)
    # A stream of one request may have ended by itself before its caller left.
    assert code == "CANCELLED" or (kind, code) == ("StreamStream", "OK")


async def test_the_access_log_says_who_and_how_and_never_what(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Method, code, reason and time; nothing of the request or the answer."""
    async with echoing(Echo(shout)) as caller:
        await caller.ask("UnaryUnary", message("name of a person"))

    [record] = [r for r in caplog.records if r.name == "access"]
    plain = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
    facts = {key: value for key, value in vars(record).items() if key not in plain}
    took_ms = facts.pop("took_ms")
    assert {"method": f"/{NAME}/UnaryUnary", "code": "OK", "reason": ""} == facts
    assert took_ms >= 0
    assert "person" not in caplog.text.lower()


async def test_an_error_with_a_callers_long_words_arrives() -> None:
    """An error that repeats what it was asked still fits into its trailers."""

    async def unknown(text: str) -> str:
        raise SceneUnknown(scene=text)

    async with echoing(Echo(unknown)) as caller:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await caller.ask("UnaryUnary", message("𝄞" * 100_000))

    error = status.error_of(failure.value, service="gateway")
    assert SceneUnknown is type(error)


async def test_probes_are_counted_but_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A line for each would drown the others."""
    check = ("grpc.health.v1.Health/Check", "OK", "")
    before = counted(*check)
    async with echoing(Echo(shout)) as caller:
        await caller.channel.unary_unary("/grpc.health.v1.Health/Check")(b"")

    assert [] == access_lines(caplog)
    assert before + 1 == counted(*check)


async def test_an_unknown_method_is_unimplemented() -> None:
    """gRPC's own answer; there is no handler to put anything around."""
    async with echoing(Echo(shout)) as caller:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await caller.channel.unary_unary(f"/{NAME}/Nothing")(b"")

    assert grpc.StatusCode.UNIMPLEMENTED is failure.value.code()
