"""Health checks for those who know no TLS: a port of its own, which serves nothing else."""

import contextlib
from collections.abc import AsyncIterator

import grpc.aio
from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1.health import aio as health

from meshkit.config import ConfigError, ServerConfig

MOST_PROBES = 16
"""Calls at once; who probes makes one every few seconds."""


@contextlib.asynccontextmanager
async def probed(checks: health.HealthServicer, config: ServerConfig) -> AsyncIterator[None]:
    """Answer on `health_port` what `checks` says, while the block runs; 0 answers nobody.

    Raises:
        ConfigError: The port cannot be listened on.
    """
    if config.health_port == 0:
        yield
        return
    server = grpc.aio.server(
        maximum_concurrent_rpcs=MOST_PROBES, options=[("grpc.so_reuseport", 0)]
    )
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    try:
        server.add_insecure_port(f"{config.host}:{config.health_port}")
    except RuntimeError as error:
        raise ConfigError(f"health_port {config.health_port}: {error}") from None
    await server.start()
    try:
        yield
    finally:
        await server.stop(0)
