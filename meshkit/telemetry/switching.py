"""Whether this process traces: by the environment variables of OpenTelemetry's specification."""

import contextlib
from collections.abc import Iterator, Mapping

from meshkit.config import ConfigError
from meshkit.telemetry.spans import using

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_EXPORTER, _DISABLED = "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"


@contextlib.contextmanager
def tracing(service: str, env: Mapping[str, str]) -> Iterator[None]:
    """Trace while the block runs, if there is an endpoint to send traces to; else do nothing.

    On exit what was measured is sent, within seconds: a collector that is away keeps nobody.

    Args:
        service: Name of this process in traces, unless `OTEL_SERVICE_NAME` is another.
        env: Usually `os.environ`. The SDK reads the rest of its variables from there itself.

    Raises:
        ConfigError: Traces are wanted in a way that this process does not know.
    """
    if not wanted(env):
        yield
        return
    from meshkit.telemetry.exporting import exporting  # noqa: PLC0415  # seconds, for who wants it

    with exporting(service) as tracer, using(tracer):
        yield


def wanted(env: Mapping[str, str]) -> bool:
    """Whether the environment asks for traces.

    Raises:
        ConfigError: It asks for an exporter or a protocol that there is not.
    """
    exporter = env.get(_EXPORTER) or "otlp"
    if exporter not in {"otlp", "none"}:
        raise ConfigError(f"{_EXPORTER} must be otlp or none, got {exporter}")
    if env.get(_DISABLED, "").lower() == "true" or exporter == "none":
        return False
    if not any(env.get(name) for name in _ENDPOINTS):
        return False
    for name in _PROTOCOLS:
        if (env.get(name) or "grpc") != "grpc":
            raise ConfigError(f"{name} must be grpc, got {env[name]}")
    return True
