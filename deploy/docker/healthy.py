"""``python healthy.py PORT``: leaves with 0 if the server on this machine says SERVING.

What ``HEALTHCHECK`` runs in a container. Kubernetes asks by itself.
"""

import sys
from typing import Any

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

LIMIT_S = 3.0
"""How long a server may take to say how it is."""


def problem(address: str) -> str:
    """Why a server is not well; empty if it is."""
    with grpc.insecure_channel(address) as channel:
        # Typeshed describes the stub without its methods.
        health: Any = HealthStub(channel)
        try:
            status: int = health.Check(HealthCheckRequest(), timeout=LIMIT_S).status
        except grpc.RpcError as error:
            return f"no answer: {error.code().name}"
    if status == HealthCheckResponse.SERVING:
        return ""
    return str(HealthCheckResponse.ServingStatus.Name(status))


if __name__ == "__main__":
    sys.exit(problem(f"127.0.0.1:{sys.argv[1]}") or 0)
