"""One shape for all four kinds of calls."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import grpc
import grpc.aio
from typing_extensions import override

from meshkit.rpc import Context, Handler


class Around(grpc.aio.ServerInterceptor, ABC):
    """Wraps calls of every kind in an asynchronous context manager."""

    @abstractmethod
    def around(self, context: Context, method: str) -> AbstractAsyncContextManager[None]:
        """Surround one call, from before its request is handled until it has ended.

        Args:
            context: The call's context.
            method: For example ``/sureface.embedder.v1.EmbedderService/EmbedCrops``.
        """

    @override
    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """Implement grpc.aio.ServerInterceptor; override `around` instead."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        method = handler_call_details.method
        behaviour = behaviour_of(handler)

        async def handle(request: Any, context: Context) -> Any:
            async with self.around(context, method):
                return await behaviour(request, context)

        return rebuilt(handler, handle)


def behaviour_of(handler: Any) -> Callable[[Any, Context], Awaitable[Any]]:
    """The function behind a handler, to be awaited whichever of the four kinds it is.

    What streams writes to its context rather than yields: a generator would not notice
    a deadline that passes, or a caller who leaves, while gRPC writes.
    """
    function: Callable[[Any, Context], Any] = (
        handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    )

    async def behaviour(request: Any, context: Context) -> Any:
        answer = function(request, context)
        if not hasattr(answer, "__aiter__"):
            return await answer
        async with contextlib.aclosing(answer):
            async for response in answer:
                await context.write(response)
        return None

    return behaviour


def rebuilt(handler: Any, behaviour: Callable[[Any, Context], Any]) -> Handler:
    """The same handler with another function behind it."""
    kinds = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    build: Any = kinds[handler.request_streaming, handler.response_streaming]
    result: Handler = build(
        behaviour,
        request_deserializer=handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )
    return result
