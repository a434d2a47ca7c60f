"""The gateway's side of the enhancer, over a real socket: whatever goes wrong, it is away."""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import grpc.aio
import pytest

from faces.errors import ServiceUnavailable
from gateway.backends.grpc import GrpcEnhancer
from gateway.backends.ports import Crop
from services.enhancer.app import open_app
from sureface.enhancer.v1 import enhancer_pb2 as pb
from sureface.enhancer.v1 import enhancer_pb2_grpc as rpc
from sureface.type.v1.face_pb2 import AlignedCrop
from tests import enhancers
from tests.enhancing import config

BLACK, GREY = (Crop(bytes([shade]) * 37632, 0.5) for shade in (0, 100))

Script = Callable[[pb.EnhanceCropsRequest], pb.EnhanceCropsResponse]


class Scripted(rpc.EnhancerServiceServicer):
    """Answers as told."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.requests: list[pb.EnhanceCropsRequest] = []

    async def EnhanceCrops(
        self, request: pb.EnhanceCropsRequest, context: Any
    ) -> pb.EnhanceCropsResponse:
        self.requests.append(request)
        return self._script(request)

    async def DescribeModel(
        self, request: pb.DescribeModelRequest, context: Any
    ) -> pb.DescribeModelResponse:
        return pb.DescribeModelResponse(model="scripted")


@contextlib.asynccontextmanager
async def scripted(servicer: Scripted) -> AsyncIterator[GrpcEnhancer]:
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    rpc.add_EnhancerServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield GrpcEnhancer(channel)
    finally:
        await server.stop(None)


def made(*sizes: int) -> Script:
    """Crops of so many bytes."""
    crops = [pb.EnhancedCrop(crop=AlignedCrop(rgb=bytes(size))) for size in sizes]
    return lambda _: pb.EnhanceCropsResponse(crops=crops)


async def test_tells_camera_scale_and_whether_people_look() -> None:
    """The enhancer knows which adapter to use, and how much detail is missing."""
    servicer = Scripted(made(37632, 37632))
    async with scripted(servicer) as enhancer:
        derived = await enhancer.enhance([GREY, BLACK], camera_id="gate-7", images=True)

    [request] = servicer.requests
    assert ("gate-7", True) == (request.camera_id, request.images)
    assert [0.5, 0.5] == [crop.scale for crop in request.crops]
    assert [False, False] == [crop.derived for crop in request.crops]
    assert [0.5, 0.5] == [each.scale for each in derived]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(made(37632 // 4), id="a crop of half the size"),
        pytest.param(made(0), id="an empty crop"),
        pytest.param(made(), id="no crop"),
        pytest.param(made(37632, 37632), id="a crop too many"),
    ],
)
async def test_what_is_no_answer(script: Script) -> None:
    """A crop of another size never gets as far as the embedder."""
    async with scripted(Scripted(script)) as enhancer:
        with pytest.raises(ServiceUnavailable):
            await enhancer.enhance([GREY], camera_id="")


async def test_a_bug_in_there() -> None:
    """A server that breaks, however, is one that is away."""

    def breaks(_: pb.EnhanceCropsRequest) -> pb.EnhanceCropsResponse:
        raise RuntimeError("a bug")

    async with scripted(Scripted(breaks)) as enhancer:
        with pytest.raises(ServiceUnavailable):
            await enhancer.enhance([GREY], camera_id="")


async def test_a_graph_that_makes_no_numbers(tmp_path: Path) -> None:
    """The real service refuses to answer with NaN; the next crop is enhanced again."""
    models = enhancers.write_enhancer(tmp_path, blind_to_black=True)
    async with (
        open_app(config(models)) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        enhancer = GrpcEnhancer(channel)
        with pytest.raises(ServiceUnavailable):
            await enhancer.enhance([BLACK], camera_id="")
        [derived] = await enhancer.enhance([GREY], camera_id="")

    assert bytes([50]) * 37632 == derived.rgb
    assert (("denoise", "super_resolve"), 20.0) == (derived.operations, derived.noise_sigma)
