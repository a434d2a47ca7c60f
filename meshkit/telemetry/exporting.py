"""The SDK of OpenTelemetry, which sends spans away from a thread of its own. Slow to import."""

import contextlib
import threading
from collections.abc import Iterator

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource, get_aggregated_resources
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from meshkit.telemetry.tracer import Tracer

FLUSH_S = 3.0
"""How long a process that ends waits for its collector; pods have some seconds to spare."""


@contextlib.contextmanager
def exporting(service: str) -> Iterator[Tracer]:
    """Send spans by OTLP over gRPC while the block runs."""
    ours = Resource.create({"service.name": service, "service.namespace": "sureface"})
    provider = TracerProvider(
        # What the environment says goes before what we say.
        resource=get_aggregated_resources([OTELResourceDetector()], initial_resource=ours),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter()
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield Tracer(provider.get_tracer("sureface"))
    finally:
        # Its own patience with a collector that is away is longer than a pod's with us.
        flush = threading.Thread(target=provider.shutdown, name="last traces", daemon=True)
        flush.start()
        flush.join(FLUSH_S)
        if flush.is_alive():
            exporter.shutdown()
            flush.join(FLUSH_S)
