"""Replicas that benches kill and restart: real processes at addresses of their own."""

import asyncio
import os
import signal

import pytest

from bench.operations.replica import Replica
from bench.operations.tally import Tally
from client.up.health import health
from meshkit.channels import channel
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceStub

EMBEDDER = pb.DESCRIPTOR.services_by_name["EmbedderService"]
HOST = "127.61.7.1"


async def test_a_replica_comes_back_where_it_was() -> None:
    """Whoever has a channel to it goes on, killed or asked to stop; nothing of it is a fault."""
    tally = Tally()
    replica = Replica("embedder", 1, HOST, tally, DRAIN_S=0)
    await replica.up()
    async with channel(replica.address, [EMBEDDER]) as plain:
        embedder = EmbedderServiceStub(plain)
        contracts = []
        for end in (replica.kill, replica.terminate, replica.kill):
            answer = await embedder.DescribeModel(pb.DescribeModelRequest(), wait_for_ready=True)
            contracts.append(answer.contract_id)
            await end()
            assert not replica.alive
            await replica.up()
            assert replica.alive
        await replica.kill()

    assert 1 == len(set(contracts))
    assert 0 == replica.pid
    assert [] == tally.faults


async def test_a_replica_that_dies_by_itself_is_a_fault() -> None:
    """It is told by name, with how it ended."""
    tally = Tally()
    replica = Replica("embedder", 2, HOST, tally, DRAIN_S=0)
    await replica.up()
    os.kill(replica.pid, signal.SIGABRT)
    while replica.alive:  # noqa: ASYNC110  # nobody else tells
        await asyncio.sleep(0.01)
    await replica.kill()

    [fault] = tally.faults
    assert fault.startswith("embedder 2 ended with -6")


async def test_a_replica_that_cannot_start_says_why() -> None:
    """In its last words."""
    replica = Replica("embedder", 3, HOST, Tally(), MODEL="nobody")

    with pytest.raises(RuntimeError, match=r"embedder 3 does not start: .*nobody"):
        await replica.up()
    assert "not answering" == await health(replica.address, None, limit_s=5)
