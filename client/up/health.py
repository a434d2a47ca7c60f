"""Asks services how they are, as grpc.health.v1 says."""

import asyncio
from typing import Any

import grpc
import grpc.aio
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from meshkit.tls.calling import Trust, aio_channel

SERVING = HealthCheckResponse.SERVING

_QUICK = [
    # The other side is about to listen on this very machine: ask often.
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 50),
    # Otherwise all channels to one address share connection and backoff.
    ("grpc.use_local_subchannel_pool", 1),
]


async def serving(address: str, trust: Trust | None) -> None:
    """Return once the server says SERVING, however often it has to be asked."""
    while True:
        async with aio_channel(address, _QUICK, trust) as channel:
            watch = _stub(channel).Watch(HealthCheckRequest(), wait_for_ready=True)
            try:
                async for answer in watch:
                    if answer.status == SERVING:
                        return
            except grpc.aio.AioRpcError:
                # It went away in between; the next attempt waits for it again.
                await asyncio.sleep(0.05)


async def health(address: str, trust: Trust | None, *, limit_s: float) -> str:
    """What a server says of itself in lower case, or ``not answering``."""
    async with aio_channel(address, (), trust) as channel:
        try:
            answer = await _stub(channel).Check(HealthCheckRequest(), timeout=limit_s)
        except grpc.aio.AioRpcError:
            return "not answering"
    name: str = HealthCheckResponse.ServingStatus.Name(answer.status)
    return name.lower().replace("_", " ")


def _stub(channel: grpc.aio.Channel) -> Any:
    """Typeshed describes the health stub without its methods."""
    return HealthStub(channel)
