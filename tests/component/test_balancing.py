"""Two replicas behind one channel."""

import asyncio
import contextlib
import dataclasses
from typing import TYPE_CHECKING

import grpc
import grpc.aio

from meshkit.channels import channel
from meshkit.server import serving
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceStub
from sureface.type.v1.face_pb2 import AlignedCrop
from tests.echo import CONFIG, NAME, Answer, Caller, Echo, message
from tests.fakes import until
from tests.processes import service

if TYPE_CHECKING:
    from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceAsyncStub as Embedder
else:
    Embedder = EmbedderServiceStub

EMBEDDER = pb.DESCRIPTOR.services_by_name["EmbedderService"]
CROP = pb.CropToEmbed(raw=AlignedCrop(rgb=bytes(37632)))
LARGE = pb.EmbedCropsRequest(crops=[CROP] * 8)
"""Larger than what gRPC keeps for a retry by default (256 KiB)."""


async def test_both_replicas_work_and_one_may_die() -> None:
    """Calls go round; when a replica is killed under load, not one idempotent call fails."""
    failures: list[grpc.StatusCode] = []
    done = 0
    async with service("embedder") as one, service("embedder") as two:
        target = f"ipv4:127.0.0.1:{one.port},127.0.0.1:{two.port}"
        async with channel(target, [EMBEDDER]) as both:
            embedder: Embedder = EmbedderServiceStub(both)

            async def work(calls: int) -> None:
                nonlocal done
                for _ in range(calls):
                    try:
                        await embedder.EmbedCrops(LARGE, timeout=30)
                    except grpc.aio.AioRpcError as error:
                        failures.append(error.code())
                    done += 1

            load = [asyncio.create_task(work(10)) for _ in range(6)]
            await until(lambda: min(one.answered, two.answered) >= 3)
            one.kill()
            before = done
            await asyncio.gather(*load)

    assert LARGE.ByteSize() > 256 * 1024
    assert before < 60 - 6
    assert (60, []) == (done, failures)


async def test_a_replica_that_stops_serving_gets_no_more_calls() -> None:
    """It says so while it still answers, and callers go elsewhere without a failed call."""

    def named(name: str) -> Answer:
        async def answer(_: str) -> str:
            return name

        return answer

    leaving_slowly = dataclasses.replace(CONFIG, drain_s=3)
    async with (
        serving({NAME: Echo(named("stays")).register}, CONFIG) as stays,
        contextlib.AsyncExitStack() as leaving,
    ):
        leaves = await leaving.enter_async_context(
            serving({NAME: Echo(named("leaves")).register}, leaving_slowly)
        )
        async with channel(f"ipv4:127.0.0.1:{stays},127.0.0.1:{leaves}", []) as both:
            caller = Caller(both)

            async def ask(times: int) -> set[str]:
                return {await caller.ask("UnaryUnary", message("")) for _ in range(times)}

            while await ask(4) != {"stays", "leaves"}:
                pass
            closing = asyncio.create_task(leaving.pop_all().aclose())
            while await ask(4) != {"stays"}:
                pass
            later = await ask(40)
            answers_still = not closing.done()
            async with grpc.aio.insecure_channel(f"127.0.0.1:{leaves}") as direct:
                asked_directly = await Caller(direct).ask("UnaryUnary", message(""))
            await closing

    assert answers_still
    assert "leaves" == asked_directly
    assert {"stays"} == later
