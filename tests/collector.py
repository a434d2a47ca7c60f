"""A collector of traces for tests: takes what processes send by OTLP, and holds it.

async with collecting() as collector:
    async with service("embedder", OTEL=collector.address): ...
    spans = collector.spans
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc.aio
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as rpc
from opentelemetry.sdk.trace import ReadableSpan

PATIENCE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A span, as it arrived."""

    process: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    """Empty for the first span of a trace."""

    links: tuple[tuple[str, str], ...]
    """Trace and span of each."""

    attributes: dict[str, Any]
    failed: bool
    whole: str
    """Everything that was sent of it, for those who look for what must not be there."""


@dataclass
class Collector:
    """What has arrived."""

    address: str
    spans: list[Seen] = field(default_factory=list)
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: pb.ExportTraceServiceRequest) -> None:
        """Keep spans."""
        async with self._more:
            self.spans += decoded(request)
            self._more.notify_all()

    async def until(self, holds: Callable[[list[Seen]], bool]) -> list[Seen]:
        """Wait for spans; they come a moment after what they tell of."""
        async with asyncio.timeout(PATIENCE_S), self._more:
            await self._more.wait_for(lambda: holds(self.spans))
        return list(self.spans)

    def named(self, name: str) -> list[Seen]:
        """Spans of a name."""
        return [span for span in self.spans if span.name == name]


def decoded(request: pb.ExportTraceServiceRequest) -> list[Seen]:
    """All spans of a request."""
    return [
        Seen(
            process=_text(resource.resource.attributes).get("service.name", ""),
            name=span.name,
            kind=span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
            trace_id=span.trace_id.hex(),
            span_id=span.span_id.hex(),
            parent_id=span.parent_span_id.hex(),
            links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
            attributes=_text(span.attributes),
            failed=span.status.code == span.status.STATUS_CODE_ERROR,
            whole=str(resource.resource) + str(span),
        )
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def seen_of(spans: Sequence[ReadableSpan]) -> list[Seen]:
    """Spans of this process, as they would arrive."""
    return decoded(encode_spans(spans))


def _text(attributes: Any) -> dict[str, Any]:
    values = {each.key: each.value for each in attributes}
    return {key: getattr(value, value.WhichOneof("value")) for key, value in values.items()}


@contextlib.asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """Collect while the block runs."""
    server = grpc.aio.server()
    port = server.add_insecure_port("127.0.0.1:0")
    collector = Collector(f"http://127.0.0.1:{port}")

    class Traces(rpc.TraceServiceServicer):
        async def Export(self, request: Any, context: Any) -> pb.ExportTraceServiceResponse:
            await collector.take(request)
            return pb.ExportTraceServiceResponse()

    add: Any = rpc.add_TraceServiceServicer_to_server  # untyped
    add(Traces(), server)
    await server.start()
    try:
        yield collector
    finally:
        await server.stop(None)
