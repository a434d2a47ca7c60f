"""One gRPC interceptor for everything that surrounds a call, whichever of the four kinds.

gRPC asks its interceptors anew for each call. So there is one, which wraps a method in
its layers when it is called first, and remembers the result.
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Protocol

import grpc
import grpc.aio
from google.protobuf.message import DecodeError
from typing_extensions import override

from faces.errors import MessageMalformed
from meshkit.rpc import Context, Handler

Call = Callable[[Any, Context], Awaitable[Any]]
"""Handles one call: raw request (or stream of them) in, response out.

What streams writes to its context rather than yields: a generator would not notice a
deadline that passes, or a caller who leaves, while gRPC writes.
"""


class Layer(Protocol):
    """Something that surrounds calls: a log, a limit, a translation of errors."""

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:
        """Surround one method, or return `call` itself to leave it alone.

        Args:
            call: What is inside of this layer. To be awaited at most once.
            method: For example ``/sureface.embedder.v1.EmbedderService/EmbedCrops``.
            streams: Whether requests or responses are a stream.
        """
        ...


class Layers(grpc.aio.ServerInterceptor):
    """Applies layers to every method, the outermost first, around the decoding of requests."""

    def __init__(self, layers: Sequence[Layer], inner: Sequence[Layer] = ()) -> None:
        """Apply layers.

        Args:
            layers: Around requests that are bytes.
            inner: Inside of those, around requests that are decoded.
        """
        self._layers = tuple(layers)
        self._inner = tuple(inner)
        self._wrapped: dict[str, Handler] = {}

    @override
    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        method = handler_call_details.method
        if method not in self._wrapped:
            handler = await continuation(handler_call_details)
            if handler is None:
                return None  # and forget the name: there is no end of wrong ones
            self._wrapped[method] = self._wrap(handler, method)
        return self._wrapped[method]

    def _wrap(self, handler: Any, method: str) -> Handler:
        streams = bool(handler.request_streaming or handler.response_streaming)
        call = _calling(handler)
        for layer in reversed(self._inner):
            call = layer.wrap(call, method, streams=streams)
        call = _decoding(call, handler, method)
        for layer in reversed(self._layers):
            call = layer.wrap(call, method, streams=streams)
        kinds = {
            (False, False): grpc.unary_unary_rpc_method_handler,
            (False, True): grpc.unary_stream_rpc_method_handler,
            (True, False): grpc.stream_unary_rpc_method_handler,
            (True, True): grpc.stream_stream_rpc_method_handler,
        }
        build: Any = kinds[handler.request_streaming, handler.response_streaming]
        # Requests stay bytes until they are inside: see `_decoding`.
        wrapped: Handler = build(
            call, request_deserializer=None, response_serializer=handler.response_serializer
        )
        return wrapped


def _calling(handler: Any) -> Call:
    """The method itself, whichever of the four kinds."""
    function: Callable[[Any, Context], Any] = (
        handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    )

    async def call(request: Any, context: Context) -> Any:
        answer = function(request, context)
        if not hasattr(answer, "__aiter__"):
            return await answer
        async with contextlib.aclosing(answer):
            async for response in answer:
                await context.write(response)
        return None

    return call


def _decoding(inside: Call, handler: Any, method: str) -> Call:
    """A method behind the decoding of its requests.

    gRPC would answer bytes that are no message with INTERNAL, as if it were our bug, and
    without a reason. In here it is an error like any other.
    """
    parse = handler.request_deserializer

    def decode(raw: bytes) -> Any:
        try:
            return parse(raw)
        except DecodeError:
            raise MessageMalformed(method=method) from None

    async def each(stream: AsyncIterator[bytes]) -> AsyncIterator[Any]:
        async for raw in stream:
            yield decode(raw)

    async def call(raw: Any, context: Context) -> Any:
        return await inside(each(raw) if handler.request_streaming else decode(raw), context)

    return call
