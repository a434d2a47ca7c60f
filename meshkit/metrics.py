"""What every process measures, in Prometheus' terms, and where it can be read.

Calls go by the names that OpenTelemetry's semantic conventions have for them. All metrics of all
processes are listed in `tools/observability/signals.py`, and in docs/telemetry.md.
"""

import contextlib
from collections.abc import Iterator

from prometheus_client import Gauge, Histogram, start_http_server

from meshkit.config import ConfigError

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
"""Finer below 5 ms than the conventions suggest: a search takes one."""

CALL_SECONDS = Histogram(
    "rpc_server_call_duration_seconds",
    "Time to answer a call, by how it ended: `error_type` is the reason of a refusal.",
    ["rpc_system_name", "rpc_method", "rpc_response_status_code", "error_type"],
    buckets=_SECONDS,
)

QUEUED_ITEMS = Gauge("batcher_queued_items", "Items that wait for a batch.", ["batcher"])
QUEUE_SECONDS = Histogram(
    "batcher_queue_seconds", "Wait of an item.", ["batcher"], buckets=_SECONDS
)
COMPUTE_SECONDS = Histogram(
    "batcher_compute_seconds", "Time of a batch.", ["batcher"], buckets=_SECONDS
)
BATCH_ITEMS = Histogram(
    "batcher_batch_items", "Items in a batch.", ["batcher"], buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)


@contextlib.contextmanager
def exposed(host: str, port: int) -> Iterator[None]:
    """Serve the metrics over HTTP while the block runs; port 0 serves nothing.

    Raises:
        ConfigError: The port is taken.
    """
    if port == 0:
        yield
        return
    try:
        server, thread = start_http_server(port, addr=host.strip("[]"))
    except OSError:
        raise ConfigError(f"metrics_port {port} on {host} is taken") from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
