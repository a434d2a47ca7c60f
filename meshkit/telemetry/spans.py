"""The span that runs: whose children others become, and which logs and metrics name.

OpenTelemetry is known by its types only: where nobody collects, none of it is imported, and what
is here does nothing.
"""

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from meshkit.telemetry.tracer import Tracer

_current: ContextVar["Span | None"] = ContextVar("span", default=None)

_tracers: list["Tracer"] = []
"""The one of this process while it traces, as `logging` has its handlers; else none."""

_NOTHING: Mapping[str, str] = {}


def tracer() -> "Tracer | None":
    """Makes spans; None if this process does not trace."""
    return _tracers[-1] if _tracers else None


@contextlib.contextmanager
def using(tracer: "Tracer") -> Iterator[None]:
    """Let the process trace while the block runs."""
    _tracers.append(tracer)
    try:
        yield
    finally:
        _tracers.remove(tracer)


def current() -> "Span | None":
    """The span that runs here; None outside of any."""
    return _current.get()


@contextlib.contextmanager
def entered(span: "Span | None") -> Iterator[None]:
    """Let a span, if there is one, be the current one inside; tasks started there inherit it."""
    if span is None:
        yield
        return
    token = _current.set(span)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # a stream may end in another task's context
            _current.reset(token)


@contextlib.contextmanager
def span(name: str) -> Iterator[None]:
    """Measure a step of the current span as a child of it; of one that nobody keeps, nothing."""
    live, parent = tracer(), current()
    if live is None or (parent is not None and not parent.is_recording()):
        yield
        return
    with live.step(name, parent=parent) as begun, entered(begun):
        yield


@contextlib.contextmanager
def apart(name: str) -> Iterator[None]:
    """Measure a step in a trace of its own, linked to the current span.

    For one of many in something long, as a frame of a stream: one trace of all of them would be
    too large to look at.
    """
    if (live := tracer()) is None:
        yield
        return
    with live.step(name, parent=None, linked=current()) as begun, entered(begun):
        yield


def ids() -> Mapping[str, str]:
    """Trace and span that run here, in hexadecimal; nothing outside of any."""
    span = current()
    return _NOTHING if span is None else _ids(span)


def exemplar(span: "Span | None") -> dict[str, str] | None:
    """What links a measurement to a span; None if nobody will find that span."""
    if span is None or not span.get_span_context().trace_flags.sampled:
        return None
    return _ids(span)


def _ids(span: "Span") -> dict[str, str]:
    context = span.get_span_context()
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
