"""The embedder's batches: shared by callers, and equal to single crops with the real model."""

import asyncio
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import numpy as np
import pytest

from faces.errors import QueueFull
from faces.quality import UncertaintyCalibration
from meshkit import status
from meshkit.metrics import BATCH_ITEMS, QUEUED_ITEMS
from meshkit.models.registry import find
from services.embedder.app import open_app
from services.embedder.model import Crop, Embedded
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceStub
from sureface.type.v1.face_pb2 import AlignedCrop
from tests.component.test_embedder import CONFIG, MODELS, flat
from tests.fakes import MeanColour, recorded, until

if TYPE_CHECKING:
    from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceAsyncStub as Embedder
else:
    Embedder = EmbedderServiceStub


def drawn(seed: int) -> pb.CropToEmbed:
    """A crop of smooth shapes, all different, none a person."""
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (7, 7, 3), dtype=np.uint8)
    crop = np.kron(coarse, np.ones((16, 16, 1), dtype=np.uint8))
    return pb.CropToEmbed(raw=AlignedCrop(rgb=crop.tobytes()))


class Slow(MeanColour):
    """Warms up at once, and then waits to be told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def embed(self, crops: Sequence[Crop]) -> list[Embedded]:
        embedded = super().embed(crops)
        assert len(self.batches) == 1 or self.go.wait(20)
        return embedded


async def test_concurrent_callers_share_a_batch_and_a_full_queue_refuses() -> None:
    """While the model is busy, callers gather; who does not fit is told at once to come back."""
    model = Slow()
    waiting = QUEUED_ITEMS.labels("embedder")._value
    async with (
        open_app(CONFIG, model) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        embedder: Embedder = EmbedderServiceStub(channel)

        async def ask(*shades: int) -> list[int]:
            crops = [flat(shade) for shade in shades]
            answer = await embedder.EmbedCrops(pb.EmbedCropsRequest(crops=crops))
            return [round(crop.quality.magnitude / 3**0.5) - 1 for crop in answer.crops]

        calls = [asyncio.create_task(ask(0))]
        await until(lambda: len(model.batches) == 2)
        calls += [asyncio.create_task(ask(*range(n, n + 16))) for n in (10, 40, 70, 100)]
        await until(lambda: waiting.get() == 64)
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await ask(200)
        model.go.set()
        answers = await asyncio.gather(*calls)

    error = status.error_of(failure.value, service="?")
    assert isinstance(error, QueueFull)
    assert {"queue": "embedder", "limit": "64"} == error.metadata
    assert [1, 1, 32, 32] == model.batches
    assert [[0], *(list(range(n, n + 16)) for n in (10, 40, 70, 100))] == answers


async def test_the_real_model() -> None:
    """N crops at once equal N times one; contract and calibration are the registry's."""
    crops = [drawn(seed) for seed in range(6)]
    before = recorded(BATCH_ITEMS, "embedder")

    async with (
        open_app(CONFIG) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        embedder: Embedder = EmbedderServiceStub(channel)
        described = await embedder.DescribeModel(pb.DescribeModelRequest())
        together = await embedder.EmbedCrops(pb.EmbedCropsRequest(crops=crops))
        alone = [await embedder.EmbedCrops(pb.EmbedCropsRequest(crops=[crop])) for crop in crops]

    file = find(MODELS, CONFIG.model, task="embedder")
    assert (file.contract_id, file.sha256) == (together.contract_id, described.sha256)
    assert (file.dimension, "uncertainty") == (described.dimension, described.quality_method)
    one, many = [a.crops[0] for a in alone], list(together.crops)
    vectors = np.array([crop.vector for crop in many])
    np.testing.assert_allclose(vectors, [crop.vector for crop in one], rtol=0, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    uncertainties = np.array([crop.quality.uncertainty for crop in many], dtype=np.float32)
    expected = UncertaintyCalibration(**file.quality).scores(uncertainties)
    np.testing.assert_allclose([crop.quality.score for crop in many], expected, atol=1e-5)
    after = recorded(BATCH_ITEMS, "embedder")
    assert (7, 12) == (after.times - before.times, after.total - before.total)
    # Six different pictures are six different vectors: the model did look at them.
    assert 6 == len(np.unique(vectors.round(3), axis=0))
