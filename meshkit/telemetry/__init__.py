"""Traces of OpenTelemetry: who called whom, and what took how long. Off, nothing is loaded.

What a span says is in `tools/observability/signals.py`: methods, statuses, counts. Never pixels,
vectors, names or keys.
"""

from meshkit.telemetry.spans import apart, current, exemplar, ids, span
from meshkit.telemetry.switching import tracing

__all__ = ["apart", "current", "exemplar", "ids", "span", "tracing"]
