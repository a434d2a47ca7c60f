"""A small service of all four kinds of calls, for tests of what is around calls."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf.wrappers_pb2 import StringValue

from meshkit.config import ServerConfig
from meshkit.rpc import Context
from meshkit.server import serving

NAME = "test.Echo"
KINDS = ("UnaryUnary", "UnaryStream", "StreamUnary", "StreamStream")
CONFIG = ServerConfig(host="127.0.0.1", port=0, drain_s=0, grace_s=1)

Answer = Callable[[str], Awaitable[str]]


async def shout(text: str) -> str:
    """An answer that anybody recognizes."""
    return text.upper()


async def wait_for_ever(text: str) -> str:
    """An answer that never comes."""
    await asyncio.get_running_loop().create_future()
    return text


class Echo:
    """Answers with whatever `answer` makes of a request."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.left = asyncio.Event()
        """Set when a streaming call was left, however it ended."""

    async def _one(self, request: StringValue, context: Context) -> StringValue:
        return StringValue(value=await self._answer(request.value))

    async def _out(self, request: StringValue, context: Context) -> AsyncIterator[StringValue]:
        try:
            while True:
                yield StringValue(value=await self._answer(request.value))
        finally:
            self.left.set()

    async def _in(self, requests: AsyncIterator[StringValue], context: Context) -> StringValue:
        return StringValue(value=" ".join([await self._answer(r.value) async for r in requests]))

    async def _both(
        self, requests: AsyncIterator[StringValue], context: Context
    ) -> AsyncIterator[StringValue]:
        try:
            async for request in requests:
                yield StringValue(value=await self._answer(request.value))
        finally:
            self.left.set()

    def register(self, server: grpc.aio.Server) -> None:
        """Add it to a server."""
        kinds = (
            grpc.unary_unary_rpc_method_handler,
            grpc.unary_stream_rpc_method_handler,
            grpc.stream_unary_rpc_method_handler,
            grpc.stream_stream_rpc_method_handler,
        )
        functions = (self._one, self._out, self._in, self._both)
        handlers = {
            kind: build(
                function,  # type: ignore[arg-type]  # typed for blocking servers only
                request_deserializer=StringValue.FromString,
                response_serializer=StringValue.SerializeToString,
            )
            for kind, build, function in zip(KINDS, kinds, functions, strict=True)
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(NAME, handlers),))


class Caller:
    """Calls an `Echo`, in any of the four ways, with bytes that need not be a message."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel: Any = channel
        """For calls that are made by hand: gRPC types none without a serializer."""

    async def ask(self, kind: str, raw: bytes, *, within_s: float | None = None) -> str:
        """Send one request and wait for the first answer."""
        path = f"/{NAME}/{kind}"
        parse = StringValue.FromString
        if kind == "UnaryUnary":
            reply = await self.channel.unary_unary(path, None, parse)(raw, timeout=within_s)
        elif kind == "StreamUnary":
            reply = await self.channel.stream_unary(path, None, parse)(
                iter([raw]), timeout=within_s
            )
        else:
            call = (
                self.channel.unary_stream(path, None, parse)(raw, timeout=within_s)
                if kind == "UnaryStream"
                else self.channel.stream_stream(path, None, parse)(iter([raw]), timeout=within_s)
            )
            reply = await anext(aiter(call))
            call.cancel()
        return str(reply.value)


def message(text: str) -> bytes:
    """A request, encoded."""
    return StringValue(value=text).SerializeToString()


@contextlib.asynccontextmanager
async def echoing(echo: Echo, config: ServerConfig = CONFIG) -> AsyncIterator[Caller]:
    """Serve an echo on a real socket and connect to it."""
    async with (
        serving({NAME: echo.register}, config) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield Caller(channel)


def access_lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str]]:
    """Method, code and reason of every line of the access log."""
    return [
        (record.method, record.code, record.reason)  # type: ignore[attr-defined]  # from `extra`
        for record in caplog.records
        if record.name == "access"
    ]
