"""A mesh of replicas: two of each service on one Redis, and gateways in front of them."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.operations.replica import Replica
from bench.operations.tally import Tally
from tests.redises import redis_server

SERVICES = ("detector", "enhancer", "embedder", "gallery")
"""Those that gateways call."""

EACH = 2
"""Replicas of each."""


@dataclass(frozen=True, slots=True)
class Site:
    """Processes that serve."""

    services: Sequence[Replica]
    """First one of each service, then the others."""

    gateways: Sequence[Replica]

    @property
    def address(self) -> str:
        """Of all gateways."""
        return target(self.gateways)

    def replicas(self, service: str) -> list[Replica]:
        """Those of one service."""
        return [replica for replica in self.services if replica.service == service]


def target(replicas: Sequence[Replica]) -> str:
    """Several addresses, as gRPC understands them."""
    return "ipv4:" + ",".join(replica.address for replica in replicas)


@contextlib.asynccontextmanager
async def site(
    folder: Path, tally: Tally, *, gateways: int = 1, drain_s: float = 0.0
) -> AsyncIterator[Site]:
    """Run a mesh with an empty store while the block runs.

    Args:
        folder: For everything; empty.
        tally: Is told of processes that die by themselves.
        gateways: How many.
        drain_s: For how long a process that was asked to stop goes on answering.

    Raises:
        RuntimeError: A process does not start.
    """
    network = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}"  # noqa: S311  # no secret
    hosts = (f"{network}.{number}" for number in range(1, 255))
    with redis_server(folder / "redis") as server:
        own = {"gallery": {"REDIS_URL": server.url}, "embedder": {"FUSION": "fusion"}}
        services = [
            Replica(name, number, next(hosts), tally, DRAIN_S=drain_s, **own.get(name, {}))
            for number in range(1, EACH + 1)
            for name in SERVICES
        ]
        called = _addresses(services)
        front = [
            _gateway(number, next(hosts), folder, tally, DRAIN_S=drain_s, **called)
            for number in range(1, gateways + 1)
        ]
        try:
            await asyncio.gather(*(replica.up() for replica in (*services, *front)))
            yield Site(services, front)
        finally:
            await asyncio.gather(*(replica.kill() for replica in (*front, *services)))


@contextlib.asynccontextmanager
async def without_enhancer(folder: Path, site: Site, tally: Tally) -> AsyncIterator[Replica]:
    """Run one more gateway, which finds no enhancer, while the block runs."""
    called = _addresses(site.services) | {"ENHANCER": "127.0.0.1:1"}
    host = site.gateways[0].address.partition(":")[0]
    gateway = _gateway(0, host, folder, tally, **called)
    try:
        await gateway.up()
        yield gateway
    finally:
        await gateway.kill()


def _addresses(services: Sequence[Replica]) -> dict[str, object]:
    """What gateways are told of services."""
    return {
        name.upper(): target([replica for replica in services if replica.service == name])
        for name in SERVICES
    }


def _gateway(number: int, host: str, folder: Path, tally: Tally, **variables: object) -> Replica:
    data = folder / f"gateway-{number}"
    data.mkdir()
    return Replica("gateway", number, host, tally, DATA=data, **variables)
