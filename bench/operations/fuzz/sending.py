"""Calls as bytes: what the SDK would never send."""

from typing import Any

import grpc
from google.protobuf.message_factory import GetMessageClass

from bench.operations.fuzz.judging import Answer, answered, refused
from bench.operations.fuzz.requests import Sent

_PATIENCE_S = 20.0
"""For one answer. What is watched may have none."""


class Sender:
    """Sends calls to one gateway, one after the other."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel
        self._stubs: dict[str, Any] = {}

    def __call__(self, sent: Sent) -> Answer:
        """Send one call and wait for all that comes back."""
        stub, streams = self._stub(sent), sent.method.client_streaming
        request = iter(sent.messages) if streams else sent.messages[0]
        try:
            reply = stub(request, timeout=_PATIENCE_S)
            return answered(list(reply) if sent.method.server_streaming else [reply])
        except grpc.RpcError as error:
            return refused(error)

    def _stub(self, sent: Sent) -> Any:
        method = sent.method
        path = f"/{method.containing_service.full_name}/{method.name}"
        if path not in self._stubs:
            sides = (method.client_streaming, method.server_streaming)
            kind = "_".join("stream" if streams else "unary" for streams in sides)
            parse = GetMessageClass(method.output_type).FromString
            self._stubs[path] = getattr(self._channel, kind)(path, None, parse)
        return self._stubs[path]
