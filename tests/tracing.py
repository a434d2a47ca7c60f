"""Traces of this process, for tests: made as in production, kept instead of sent."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Sampler
from typing_extensions import override

from meshkit.telemetry.spans import using
from meshkit.telemetry.tracer import Tracer
from tests.collector import Seen, seen_of

PATIENCE_S = 30


class Traced(InMemorySpanExporter):
    """What has ended, in order."""

    def __init__(self) -> None:
        super().__init__()
        self._more = asyncio.Event()

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = super().export(spans)
        self._more.set()
        return result

    @property
    def spans(self) -> list[Seen]:
        """All of them."""
        return seen_of(self.get_finished_spans())

    def the(self, name: str) -> Seen:
        """The only span of a name."""
        [span] = [each for each in self.spans if each.name == name]
        return span

    async def sides(self, method: str) -> tuple[Seen, Seen]:
        """The spans of a call: of who made it and who answered it. They end a moment after it."""
        async with asyncio.timeout(PATIENCE_S):
            while len(found := {s.kind: s for s in self.spans if s.name == method}) < 2:
                self._more.clear()
                await self._more.wait()
        return found["CLIENT"], found["SERVER"]


@contextlib.contextmanager
def traced(sampler: Sampler = ALWAYS_ON) -> Iterator[Traced]:
    """Trace this process while the block runs."""
    held, provider = Traced(), TracerProvider(sampler=sampler, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(held))
    with using(Tracer(provider.get_tracer("test"))):
        yield held
    provider.shutdown()
