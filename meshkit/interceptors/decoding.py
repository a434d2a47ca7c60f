"""Requests that are no messages."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import DecodeError
from typing_extensions import override

from faces.errors import MessageMalformed
from meshkit.interceptors.base import behaviour_of, rebuilt
from meshkit.rpc import Context, Handler


class Decoding(grpc.aio.ServerInterceptor):
    """Decodes requests inside the chain, where a failure gets its reason and is counted.

    gRPC itself would answer garbage with INTERNAL, as if it were our bug.
    """

    @override
    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        handler: Any = await continuation(handler_call_details)
        if handler is None:
            return None
        behaviour, parse = behaviour_of(handler), handler.request_deserializer
        method = handler_call_details.method

        def decode(raw: bytes) -> Any:
            try:
                return parse(raw)
            except DecodeError:
                raise MessageMalformed(method=method) from None

        async def handle(raw: Any, context: Context) -> Any:
            request = _each(decode, raw) if handler.request_streaming else decode(raw)
            return await behaviour(request, context)

        return rebuilt(handler._replace(request_deserializer=None), handle)


async def _each(decode: Callable[[bytes], Any], stream: AsyncIterator[bytes]) -> AsyncIterator[Any]:
    async for raw in stream:
        yield decode(raw)
