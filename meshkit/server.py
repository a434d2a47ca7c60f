"""The life of a server: open, serve, drain, stop."""

import asyncio
import contextlib
import errno
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health
from grpc_reflection.v1alpha import reflection

from meshkit import metrics
from meshkit.channels import FRAME_BYTES, MESSAGE_BYTES
from meshkit.config import ConfigError, ServerConfig
from meshkit.interceptors import Guards, chain
from meshkit.probing import probed
from meshkit.tls.listening import listen

log = logging.getLogger(__name__)

Register = Callable[[grpc.aio.Server], None]
"""Adds one servicer to a server."""

_STOP = (signal.SIGTERM, signal.SIGINT)
_NONE = Guards()


@contextlib.asynccontextmanager
async def serving(
    services: Mapping[str, Register],
    config: ServerConfig,
    *,
    demands: bool = True,
    guards: Guards = _NONE,
) -> AsyncIterator[int]:
    """Serve while the block runs; on exit, drain and stop.

    Enter it once the model has run: from here on, health says SERVING. Leaving the
    block reports NOT_SERVING, keeps answering for `drain_s` seconds so that load
    balancers notice, then lets running calls finish for up to `grace_s` seconds.

    Args:
        services: What to serve besides health and reflection, by full proto name.
        config: Where and how.
        demands: Whether callers must show a certificate, where there is TLS.
        guards: More layers around every call.

    Yields:
        The port that is listened on.

    Raises:
        ConfigError: A port is taken, or cannot be listened on; certificates cannot be used; or
            other machines could call in plain text, which nobody allowed.
    """
    for number in (config.port, config.health_port):
        _require_free(config.host, number)
    layers = chain(
        call_limit_s=config.call_limit_s,
        stream_limit_s=config.stream_limit_s,
        call_slots=config.call_slots,
        names=config.tls is not None,
        guards=guards,
    )
    server = grpc.aio.server(interceptors=(layers,), options=_options(config))
    checks = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    for register in services.values():
        register(server)
    health_name = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
    reflection.enable_server_reflection((*services, health_name, reflection.SERVICE_NAME), server)
    port = listen(server, config, demands=demands)
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(metrics.exposed(config.host, config.metrics_port))
        await stack.enter_async_context(probed(checks, config))
        await server.start()
        for name in ("", *services):
            await checks.set(name, health_pb2.HealthCheckResponse.SERVING)
        log.info("serving on port %d", port)
        try:
            yield port
        finally:
            await checks.enter_graceful_shutdown()
            log.info("draining for %.1f s, then stopping", config.drain_s)
            await asyncio.sleep(config.drain_s)
            await server.stop(config.grace_s)


def _require_free(host: str, port: int) -> None:
    """Find a taken port before gRPC does, which would write lines of its own to our log."""
    address = (host.strip("[]"), port)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(f"port {port} on {host} is taken") from None


def _options(config: ServerConfig) -> list[tuple[str, int]]:
    return [
        # One port, one process: two servers that share a port would hide a mistake.
        ("grpc.so_reuseport", 0),
        ("grpc.max_receive_message_length", MESSAGE_BYTES),
        ("grpc.max_send_message_length", MESSAGE_BYTES),
        ("grpc.http2.max_frame_size", FRAME_BYTES),
        # A client looks for new replicas only when a connection ends.
        ("grpc.max_connection_age_ms", round(config.connection_age_s * 1000)),
        ("grpc.max_connection_age_grace_ms", round(config.grace_s * 1000)),
        # Clients that ping through quiet times are welcome.
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ]


@contextlib.contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """Catch SIGTERM and SIGINT from here on; the event is set by the first one.

    Enter this before the server starts: a signal that finds no handler kills the
    process without a drain. A second signal does, on purpose.
    """
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()

    def on_signal() -> None:
        asked.set()
        release()

    def release() -> None:
        for number in _STOP:
            loop.remove_signal_handler(number)

    for number in _STOP:
        loop.add_signal_handler(number, on_signal)
    try:
        yield asked
    finally:
        release()
