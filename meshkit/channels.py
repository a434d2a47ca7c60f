"""Channels: how one process of the mesh calls another."""

import json
from collections.abc import Iterable, Sequence

import grpc
import grpc.aio
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions

from meshkit.tls.calling import Trust, aio_channel

MESSAGE_BYTES = (16 * 20 + 16) * 2**20
"""Largest message: sixteen photos of 20 MiB, and room for what is around them."""

FRAME_BYTES = 4 * 2**20
"""Largest HTTP/2 frame; both sides of a connection must allow it."""


def channel(
    target: str, services: Sequence[ServiceDescriptor], trust: Trust | None = None
) -> grpc.aio.Channel:
    """Open a channel that balances, checks health, and retries what may be retried.

    Args:
        target: For example ``dns:///embedder.sureface:50053`` or ``127.0.0.1:50053``.
        services: What is called through it.
        trust: Certificates, for TLS.

    Raises:
        ConfigError: The certificates cannot be used.
    """
    return aio_channel(target, options(services), trust)


def options(services: Iterable[ServiceDescriptor]) -> list[tuple[str, int | str]]:
    """Channel options; the same for asyncio and for blocking channels."""
    return [
        ("grpc.service_config", json.dumps(service_config(services))),
        ("grpc.max_receive_message_length", MESSAGE_BYTES),
        ("grpc.max_send_message_length", MESSAGE_BYTES),
        # A photo in one frame instead of dozens: measured 5 % of a call of 400 kB.
        ("grpc.http2.max_frame_size", FRAME_BYTES),
        # A request that does not fit here is never retried; by default, 256 KiB do.
        ("grpc.per_rpc_retry_buffer_size", MESSAGE_BYTES),
        # Connections of its own: shared ones bring the back-off of whoever met them first.
        ("grpc.use_local_subchannel_pool", 1),
        # With the server's max_connection_age, this lets a client see new replicas.
        ("grpc.dns_min_time_between_resolutions_ms", 1_000),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 2_000),
        ("grpc.keepalive_time_ms", 30_000),
    ]


def service_config(services: Iterable[ServiceDescriptor]) -> dict[str, object]:
    """Balance over healthy replicas; retry once, on another one, what may be done twice.

    What that is, is said by the protos (`idempotency_level`), nowhere else: what only reads, and
    writes of which every replica knows what any of them has answered. Streams are not: whoever
    reads one knows how to go on, and a retry of gRPC that fails, too, leaves them waiting for
    ever (grpc 1.85).
    """
    repeatable = [
        {"service": method.containing_service.full_name, "method": method.name}
        for service in services
        for method in service.methods
        if _may_be_retried(method)
    ]
    retry = {
        "maxAttempts": 2,
        "initialBackoff": "0.05s",
        "maxBackoff": "0.5s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    return {
        "loadBalancingConfig": [{"round_robin": {}}],
        "healthCheckConfig": {"serviceName": ""},
        "retryThrottling": {"maxTokens": 100, "tokenRatio": 0.2},
        "methodConfig": [{"name": repeatable, "retryPolicy": retry}] if repeatable else [],
    }


def _may_be_retried(method: MethodDescriptor) -> bool:
    level: int = method.GetOptions().idempotency_level
    return not method.server_streaming and level != MethodOptions.IDEMPOTENCY_UNKNOWN
