"""The caller's side: a span for each call, whose name travels with it."""

import asyncio
import functools
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import grpc.aio

from meshkit.telemetry.spans import current, tracer

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from meshkit.telemetry.tracer import Tracer


def tracing_calls(target: str) -> list[grpc.aio.ClientInterceptor]:
    """What a channel has to be given so that its calls are traced; nothing if none are."""
    live = tracer()
    return [kind(live, target) for kind in _KINDS] if live else []


class _Calls:
    """Starts a span when a call begins, and ends it with the call."""

    def __init__(self, live: "Tracer", target: str) -> None:
        self._live = live
        self._server = _server(target)
        self._ending: set[asyncio.Task[None]] = set()

    async def intercept(self, continuation: Any, details: Any, request: Any) -> Any:
        method = details.method
        name = (method.decode() if isinstance(method, bytes) else method).removeprefix("/")
        span, context = self._live.called(name, current(), self._server)
        metadata = grpc.aio.Metadata(*(details.metadata or ()), *context.items())
        try:
            call = await continuation(details._replace(metadata=metadata), request)
        except BaseException as error:
            # It never became a call, so it has no status of its own.
            if span:
                left = isinstance(error, asyncio.CancelledError)
                self._live.answered(span, "CANCELLED" if left else "INTERNAL", here=False)
            raise
        if span:
            call.add_done_callback(functools.partial(self._end, span))
        return call

    def _end(self, span: "Span", call: Any) -> None:
        async def ended() -> None:
            # A call that is over has its status; asyncio only gives it to who awaits it.
            self._live.answered(span, (await call.code()).name, here=False)

        task = asyncio.create_task(ended(), name="end of a span")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


class _UnaryUnary(_Calls, grpc.aio.UnaryUnaryClientInterceptor):
    intercept_unary_unary: Any = _Calls.intercept


class _UnaryStream(_Calls, grpc.aio.UnaryStreamClientInterceptor):
    intercept_unary_stream: Any = _Calls.intercept


class _StreamUnary(_Calls, grpc.aio.StreamUnaryClientInterceptor):
    intercept_stream_unary: Any = _Calls.intercept


class _StreamStream(_Calls, grpc.aio.StreamStreamClientInterceptor):
    intercept_stream_stream: Any = _Calls.intercept


_KINDS = (_UnaryUnary, _UnaryStream, _StreamUnary, _StreamStream)
"""One for each kind of call: gRPC takes an interceptor for the first kind that it knows."""


def _server(target: str) -> dict[str, str | int]:
    """Attributes that say who is called: ``dns:///detector:50051`` is ``detector``, 50051."""
    address = target.rpartition("/")[2]
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:  # several addresses
        host = port = None
    if host is None or port is None:
        return {"server.address": address}
    return {"server.address": host, "server.port": port}
