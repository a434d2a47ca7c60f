"""Spans of what callers share: each one's wait, and the batch that ended it."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from meshkit.telemetry.spans import tracer

if TYPE_CHECKING:
    from opentelemetry.trace import Span

Wait = tuple["Span | None", float]
"""Whose item waited, and since when by `time.perf_counter`."""


@contextlib.contextmanager
def batch(name: str, waits: Sequence[Wait]) -> Iterator[None]:
    """Measure a batch while the block runs it.

    It is a child of its oldest caller whose trace is kept, and is linked to all of them; the wait
    of each is linked to it. So whoever looks at one call finds what it was computed with.

    Args:
        name: Of the batcher.
        waits: One for each item, the oldest first.
    """
    live = tracer()
    since: dict[Span, float] = {}
    for span, queued_at in waits if live else ():
        # What nobody asked for, and what nobody keeps, is not worth a span.
        if span is not None and span.is_recording():
            since.setdefault(span, queued_at)
    if live is None or not since:
        yield
        return
    attributes: dict[str, str | int] = {"sureface.batcher": name}
    computing = live.begin(
        f"compute {name}",
        parent=next(iter(since)),
        attributes=attributes | {"sureface.batch.items": len(waits)},
        links=list(since),
    )
    now, now_ns = time.perf_counter(), time.time_ns()
    for span, queued_at in since.items():
        wait = live.begin(
            f"queue {name}",
            parent=span,
            attributes=attributes,
            links=[computing],
            began_ns=now_ns - round((now - queued_at) * 1e9),
        )
        wait.end(now_ns)
    try:
        yield
    finally:
        computing.end()
