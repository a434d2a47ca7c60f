"""A gateway with canned answers on a real socket, for tests of the client.

    with fake_gateway(Verify=access_pb2.VerifyResponse(), GetCollection=error) as gateway:
        mesh = Sureface(gateway.address)

An answer is a message, an error to refuse with, or a function from the request to
either of them; for a stream, from its requests to several.
"""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from client.sdk import SERVICES
from faces.errors import FaceError, NotImplementedYet
from meshkit import status
from meshkit.rpc import Handler

METHODS = {
    f"/{service.full_name}/{method.name}": method
    for service in SERVICES
    for method in service.methods
}

Answer = Message | FaceError
Script = Answer | Callable[[Any], Answer] | Callable[[Iterator[Any]], Iterator[Answer]]


class FakeGateway(grpc.GenericRpcHandler):
    """Answers as told, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Script]) -> None:
        self.answers = answers
        self.address = ""
        self.requests: list[Any] = []

    def service(self, handler_call_details: Any) -> Handler:
        method = METHODS.get(handler_call_details.method)
        if method is None:
            return None
        kind, behaviour = self._kind(method)
        handler: Handler = kind(
            partial(behaviour, method.name),
            request_deserializer=GetMessageClass(method.input_type).FromString,
            response_serializer=lambda message: message.SerializeToString(),
        )
        return handler

    def _kind(self, method: MethodDescriptor) -> tuple[Any, Callable[..., Any]]:
        if not method.server_streaming:
            return grpc.unary_unary_rpc_method_handler, self._answer
        if not method.client_streaming:
            return grpc.unary_stream_rpc_method_handler, self._feed
        return grpc.stream_stream_rpc_method_handler, self._stream

    def _feed(self, name: str, request: Any, context: grpc.ServicerContext) -> Iterator[Message]:
        return self._stream(name, iter([request]), context)

    def _stream(
        self, name: str, requests: Iterator[Any], context: grpc.ServicerContext
    ) -> Iterator[Message]:
        script: Any = self.answers.get(name, NotImplementedYet(method=name))
        for answer in [script] if isinstance(script, FaceError) else script(self._heard(requests)):
            if isinstance(answer, FaceError):
                context.abort_with_status(status.of_error(answer))
            yield answer

    def _heard(self, requests: Iterator[Any]) -> Iterator[Any]:
        for request in requests:
            self.requests.append(request)
            yield request

    def _answer(self, name: str, request: Any, context: grpc.ServicerContext) -> Message:
        self.requests.append(request)
        script = self.answers.get(name, NotImplementedYet(method=name))
        answer: Any = script(request) if callable(script) else script
        if isinstance(answer, FaceError):
            context.abort_with_status(status.of_error(answer))
        assert isinstance(answer, Message)
        return answer


@contextlib.contextmanager
def fake_gateway(**answers: Script) -> Iterator[FakeGateway]:
    """Serve while the block runs. Keywords are names of methods."""
    gateway = FakeGateway(answers)
    with ThreadPoolExecutor(max_workers=8) as pool:
        server = grpc.server(pool, options=[("grpc.so_reuseport", 0)])
        checks = health.HealthServicer()
        checks.set("", health_pb2.HealthCheckResponse.SERVING)
        health_pb2_grpc.add_HealthServicer_to_server(checks, server)
        server.add_generic_rpc_handlers((gateway,))
        gateway.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            yield gateway
        finally:
            server.stop(grace=None).wait()
