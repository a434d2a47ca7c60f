"""The enhancer over a real socket: tiny graphs, adapters, images for people, and refusals."""

import asyncio
import io
from pathlib import Path
from typing import Any

import grpc.aio
import numpy as np
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from PIL import Image

from meshkit.metrics import BATCH_ITEMS
from services.enhancer.app import open_app
from sureface.enhancer.v1 import enhancer_pb2 as pb
from sureface.enhancer.v1.enhancer_pb2_grpc import EnhancerServiceStub
from tests import enhancers
from tests.enhancing import Enhancer, config, enhanced, flat, pixel, serving
from tests.fakes import recorded


async def test_enhances_in_order_and_keeps_colours(tmp_path: Path) -> None:
    """Each crop comes back as the graph made it, in RGB whatever the graph wants."""
    async with serving(enhancers.write_enhancer(tmp_path)) as enhancer:
        made = await enhanced(enhancer, flat(200, 100, 50), flat(10, 20, 30), flat(255))

    assert [(100, 50, 25), (5, 10, 15), (128, 128, 128)] == [pixel(crop) for crop in made]


@pytest.mark.parametrize(
    ("scale", "operations", "noise"),
    [
        pytest.param(0.25, [pb.OPERATION_DENOISE, pb.OPERATION_SUPER_RESOLVE], 10, id="far away"),
        pytest.param(1.0, [pb.OPERATION_DENOISE], 40, id="just large enough"),
        pytest.param(3.0, [pb.OPERATION_DENOISE], 40, id="close"),
        pytest.param(0.0, [pb.OPERATION_DENOISE], 40, id="unknown"),
        pytest.param(
            1e-6, [pb.OPERATION_DENOISE, pb.OPERATION_SUPER_RESOLVE], 2, id="next to nothing"
        ),
    ],
)
async def test_says_what_was_done(
    tmp_path: Path, scale: float, operations: list[int], noise: float
) -> None:
    """Noise is removed from all, resolution estimated where it is missing; all are derived."""
    async with serving(enhancers.write_enhancer(tmp_path)) as enhancer:
        [made] = await enhanced(enhancer, flat(99, scale=scale))

    assert operations == list(made.operations)
    assert pytest.approx(noise) == made.noise_sigma
    assert made.crop.derived
    assert b"" == made.png


async def test_each_camera_has_its_adapter(tmp_path: Path) -> None:
    """Callers for several cameras share batches; whom nobody tuned for gets zeros."""
    adapters = tmp_path / "adapters"
    adapters.mkdir()
    enhancers.write_adapter(adapters, "gate-7")
    enhancers.write_adapter(adapters, "lobby:2", values=np.full(3, -0.125, dtype=np.float32))
    (adapters / "notes.txt").write_text("not an adapter")
    models = enhancers.write_enhancer(tmp_path)
    cameras = ["gate-7", "lobby:2", "", "roof"] * 4
    before = recorded(BATCH_ITEMS, "enhancer")

    async with serving(models, adapters=adapters, max_delay_s=0.05) as enhancer:
        answers = await asyncio.gather(
            *(enhanced(enhancer, flat(100), camera=camera) for camera in cameras)
        )
        described = await enhancer.DescribeModel(pb.DescribeModelRequest())

    shades = [pixel(made)[0] for [made] in answers]
    assert [114, 18, 50, 50] * 4 == shades
    assert ["gate-7", "lobby:2"] == list(described.camera_ids)
    after = recorded(BATCH_ITEMS, "enhancer")
    assert after.total - before.total == len(cameras)
    assert after.times - before.times < len(cameras)


async def test_many_at_once_are_as_many_times_one(tmp_path: Path) -> None:
    """Whoever shares a batch changes nothing."""
    crops = [flat(shade, scale=scale) for shade, scale in ((0, 0.5), (9, 1), (250, 0.1))]
    async with serving(enhancers.write_enhancer(tmp_path)) as enhancer:
        together = await enhanced(enhancer, *crops)
        alone = [(await enhanced(enhancer, crop))[0] for crop in crops]

    assert alone == together


async def test_an_image_for_people_says_what_it_is(tmp_path: Path) -> None:
    """On request there is a PNG, three times as large, with the words in pixels and in text."""
    async with serving(enhancers.write_enhancer(tmp_path)) as enhancer:
        answer = await enhancer.EnhanceCrops(
            pb.EnhanceCropsRequest(crops=[flat(200), flat(100)], images=True)
        )

    for made, shade in zip(answer.crops, (100, 50), strict=True):
        image = Image.open(io.BytesIO(made.png))
        assert ("PNG", (336, 336), "RGB") == (image.format, image.size, image.mode)
        assert "enhanced - not evidence" == image.text["Comment"]  # type: ignore[attr-defined]  # PNGs have it
        pixels = np.asarray(image)
        different = np.any(pixels != shade, axis=-1)
        rows = np.flatnonzero(different.any(axis=1))
        # Words at the top, across the middle, and at the bottom; the rest is the crop.
        assert [True] * 3 == [np.any((rows >= a) & (rows < a + 30)) for a in (0, 150, 306)]
        assert 0.03 < np.mean(different) < 0.2
        assert {(255, 255, 255), (0, 0, 0)} <= set(map(tuple, pixels[different].tolist()))


async def test_names_the_model(tmp_path: Path) -> None:
    """An operator can see what is served, and it is serving."""
    async with (
        open_app(config(enhancers.write_enhancer(tmp_path))) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        enhancer: Enhancer = EnhancerServiceStub(channel)
        described = await enhancer.DescribeModel(pb.DescribeModelRequest())
        checks: Any = HealthStub(channel)
        health = await checks.Check(
            HealthCheckRequest(service="sureface.enhancer.v1.EnhancerService")
        )

    assert ("tiny-enhancer", "cpu", []) == (
        described.model,
        described.provider,
        list(described.camera_ids),
    )
    assert 64 == len(described.sha256)
    assert HealthCheckResponse.SERVING == health.status
