"""Channels to other services."""

import json

from meshkit.channels import options
from sureface.embedder.v1.embedder_pb2 import DESCRIPTOR

EMBEDDER = DESCRIPTOR.services_by_name["EmbedderService"]


def test_a_channel_balances_over_healthy_replicas() -> None:
    """Round robin, with the overall health of each server."""
    config = json.loads(str(dict(options([EMBEDDER]))["grpc.service_config"]))

    assert [{"round_robin": {}}] == config["loadBalancingConfig"]
    assert {"serviceName": ""} == config["healthCheckConfig"]


def test_a_retry_is_one_and_throttled() -> None:
    """A mesh in trouble is not drowned in retries."""
    config = json.loads(str(dict(options([EMBEDDER]))["grpc.service_config"]))

    [methods] = config["methodConfig"]
    assert 2 == methods["retryPolicy"]["maxAttempts"]
    assert {"maxTokens", "tokenRatio"} == set(config["retryThrottling"])


def test_new_replicas_are_looked_for() -> None:
    """By default a client asks the name server again only after half a minute."""
    assert 1000 == dict(options([]))["grpc.dns_min_time_between_resolutions_ms"]
