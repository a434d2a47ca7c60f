"""No call without an end, over real sockets."""

import asyncio
import contextlib
import dataclasses
import logging

import grpc
import grpc.aio
import pytest
from grpc_health.v1.health_pb2 import HealthCheckResponse

from meshkit import status
from meshkit.batcher import Batcher, BatchLimits
from meshkit.deadlines import remaining_s
from meshkit.server import serving
from tests.echo import (
    CONFIG,
    KINDS,
    NAME,
    Caller,
    Echo,
    access_lines,
    echoing,
    message,
    wait_for_ever,
)
from tests.fakes import Turnstile, until

LONG_S = 60
SHORT = dataclasses.replace(CONFIG, call_limit_s=0.2, stream_limit_s=0.2)
SHORT_CALLS = dataclasses.replace(CONFIG, call_limit_s=0.2, stream_limit_s=LONG_S)
SHORT_STREAMS = dataclasses.replace(CONFIG, call_limit_s=LONG_S, stream_limit_s=0.2)


@pytest.fixture(autouse=True)
def _info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_call_is_longer_than_its_limit(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A caller without a deadline hears of ours: of that for streams, if it streams."""
    limits = SHORT_CALLS if kind == "UnaryUnary" else SHORT_STREAMS
    async with echoing(Echo(wait_for_ever), limits) as caller:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await caller.ask(kind, message("ada"))

    info = status.info_of(failure.value)
    assert info is not None
    assert grpc.StatusCode.DEADLINE_EXCEEDED is failure.value.code()
    assert ("ERROR_REASON_DEADLINE_EXCEEDED", {"stage": kind}) == (info.reason, dict(info.metadata))
    assert [
        (f"/{NAME}/{kind}", "DEADLINE_EXCEEDED", "ERROR_REASON_DEADLINE_EXCEEDED")
    ] == access_lines(caplog)


@pytest.mark.parametrize("kind", KINDS)
async def test_streams_have_a_limit_of_their_own(kind: str) -> None:
    """What is said of calls does not end streams, and the other way round."""

    async def remaining(_: str) -> str:
        return str(remaining_s())

    limits = SHORT_STREAMS if kind == "UnaryUnary" else SHORT_CALLS
    async with echoing(Echo(remaining), limits) as caller:
        left_s = float(await caller.ask(kind, message("")))

    assert LONG_S / 2 < left_s <= LONG_S


async def test_a_reader_who_does_not_read_hears_of_the_limit(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A stream that waits for its caller ends like one that waits for us."""

    async def much(_: str) -> str:
        return "x" * 2**16

    echo = Echo(much)
    async with echoing(echo, SHORT) as caller:
        call = caller.channel.unary_stream(f"/{NAME}/UnaryStream")(message("ada"))
        await echo.left.wait()
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            async for _ in call:
                pass

    info = status.info_of(failure.value)
    assert info is not None
    assert "ERROR_REASON_DEADLINE_EXCEEDED" == info.reason
    assert [
        (f"/{NAME}/UnaryStream", "DEADLINE_EXCEEDED", "ERROR_REASON_DEADLINE_EXCEEDED")
    ] == access_lines(caplog)


async def test_the_deadline_is_known_inside() -> None:
    """What a call asks of others ends with it: at the caller's deadline, or at our limit."""

    async def remaining(_: str) -> str:
        return str(remaining_s())

    async with echoing(Echo(remaining)) as caller:
        near = float(await caller.ask("UnaryUnary", message(""), within_s=5))
        far = float(await caller.ask("UnaryUnary", message("")))

    # gRPC rounds the time that it sends up.
    assert 0 < near < 6 < far <= CONFIG.call_limit_s
    assert remaining_s() is None


async def test_the_callers_deadline_cancels_the_work() -> None:
    """What still waits behind a busy model when its caller's time is up is never run."""
    gate = Turnstile()
    async with Batcher(
        gate.double, name="test", limits=BatchLimits(max_batch=1, max_queued=8)
    ).open() as batcher:

        async def double(text: str) -> str:
            return str(await batcher.submit([int(text)]))

        async with echoing(Echo(double)) as caller:
            first = asyncio.create_task(caller.ask("UnaryUnary", message("1")))
            await gate.entered.wait()
            with pytest.raises(grpc.aio.AioRpcError) as failure:
                await caller.ask("UnaryUnary", message("2"), within_s=0.2)
            # The server's clock may be a moment behind the caller's: let it end the call, too.
            last = asyncio.create_task(caller.ask("UnaryUnary", message("3")))
            await until(lambda: [job.item for job in batcher._waiting] == [3])
            gate.open()

            assert "[2]" == await first
            assert "[6]" == await last

    assert grpc.StatusCode.DEADLINE_EXCEEDED is failure.value.code()
    assert [[1], [3]] == gate.batches


async def test_health_may_be_watched_for_longer_than_a_call() -> None:
    """A balancer's subscription lasts until the server stops, and then says so."""
    parse = HealthCheckResponse.FromString
    async with contextlib.AsyncExitStack() as server:
        port = await server.enter_async_context(
            serving({NAME: Echo(wait_for_ever).register}, SHORT)
        )
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            caller = Caller(channel)
            call = caller.channel.unary_stream("/grpc.health.v1.Health/Watch", None, parse)(b"")
            watch = aiter(call)
            first = await anext(watch)
            with pytest.raises(grpc.aio.AioRpcError):  # begins later, and ends at the limit
                await caller.ask("UnaryUnary", message("ada"))
            closing = asyncio.create_task(server.pop_all().aclose())
            last = await anext(watch)
            call.cancel()
            await closing

    assert HealthCheckResponse.SERVING == first.status
    assert HealthCheckResponse.NOT_SERVING == last.status
