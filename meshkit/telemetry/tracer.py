"""Makes spans, each with its parent named: no global state of OpenTelemetry is used."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from opentelemetry.context import Context
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    Span,
    SpanKind,
    Status,
    StatusCode,
    set_span_in_context,
)
from opentelemetry.trace import Tracer as OpenTelemetryTracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Attributes = Mapping[str, str | int]

Metadata = Iterable[tuple[str, str | bytes]] | None
"""As gRPC has it."""

_W3C = TraceContextTextMapPropagator()

_PARENT = "traceparent"
"""Metadata by which a call says whose child it is. All that is taken from outside: `tracestate` and
baggage hold what callers like."""

_OUR_FAULT = frozenset(
    {"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"}
)
"""Statuses that make the span of a server an error, by the conventions for gRPC; with the others
a caller was told what is wrong with the call."""


class Tracer:
    """One process's source of spans."""

    def __init__(self, source: OpenTelemetryTracer) -> None:
        self._source = source

    def begin(
        self,
        name: str,
        *,
        parent: Context | Span | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes | None = None,
        links: Sequence[Span] = (),
        began_ns: int | None = None,
    ) -> Span:
        """Start a span; whoever started it ends it.

        Args:
            name: Of the step: a few in all.
            parent: Whose child it is, here or on another machine; None for a new trace.
            kind: Which side of a call, if of any.
            attributes: See `tools/observability/signals.py`.
            links: Spans that it belongs to without being their child.
            began_ns: Since 1970; None for now.
        """
        context = set_span_in_context(parent, Context()) if isinstance(parent, Span) else parent
        return self._source.start_span(
            name,
            context=context if context is not None else Context(),
            kind=kind,
            attributes=attributes,
            links=[Link(each.get_span_context()) for each in links],
            start_time=began_ns,
        )

    @contextlib.contextmanager
    def step(self, name: str, *, parent: Span | None, linked: Span | None = None) -> Iterator[Span]:
        """Measure what the block does.

        What it raises is not written down: texts of exceptions may hold anything.
        """
        span = self.begin(name, parent=parent, links=[linked] if linked else [])
        try:
            yield span
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            raise
        finally:
            span.end()

    def served(self, method: str, metadata: Metadata) -> Span:
        """Start the span of a call that is answered here.

        Args:
            method: For example ``sureface.embedder.v1.EmbedderService/EmbedCrops``.
            metadata: Of the call; may say whose child it is.
        """
        carrier = {key: str(text) for key, text in metadata or () if key == _PARENT}
        parent = _W3C.extract(carrier, context=Context())
        return self.begin(method, parent=parent, kind=SpanKind.SERVER, attributes=_of_call(method))

    def called(
        self, method: str, parent: Span | None, server: Attributes
    ) -> tuple[Span | None, Mapping[str, str]]:
        """Start the span of a call that is made here; what to add to its metadata.

        Args:
            method: As for `served`.
            parent: Where the call is made; None for a trace of its own.
            server: Attributes that say who is called.

        Returns:
            No span if nobody keeps the parent; the other side hears of that all the same.
        """
        span = None
        if parent is None or parent.is_recording():
            attributes = {**_of_call(method), **server}
            span = self.begin(method, parent=parent, kind=SpanKind.CLIENT, attributes=attributes)
        carrier: dict[str, str] = {}
        _W3C.inject(carrier, set_span_in_context(span or parent or INVALID_SPAN, Context()))
        return span, carrier

    def answered(self, span: Span, code: str, reason: str = "", *, here: bool = True) -> None:
        """End the span of a call.

        Args:
            span: Of either side.
            code: Status by name.
            reason: Of our errors; empty for others.
            here: Whether it was answered here, rather than made.
        """
        span.set_attribute("rpc.response.status_code", code)
        if code != "OK":
            span.set_attribute("error.type", reason or code)
        if code in _OUR_FAULT or not (here or code == "OK"):
            span.set_status(Status(StatusCode.ERROR))
        span.end()


def _of_call(method: str) -> Attributes:
    return {"rpc.system.name": "grpc", "rpc.method": method}
