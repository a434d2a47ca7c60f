"""The embedder over a real socket, with a fake model; and once with the real one."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import numpy as np
import pytest

from faces.quality import Band
from meshkit import status
from meshkit.config import ConfigError
from services.embedder.app import open_app
from services.embedder.config import MAX_CROPS, Config
from services.embedder.model import Crop, Embedded, Model
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceStub
from sureface.type.v1.face_pb2 import AlignedCrop, QualityBand
from tests.fakes import MeanColour

if TYPE_CHECKING:
    from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceAsyncStub as Embedder
else:
    Embedder = EmbedderServiceStub

MODELS = Path(__file__).parents[2] / "models"
CONFIG = Config(host="127.0.0.1", port=0, drain_s=0, grace_s=0, models=MODELS, max_queued=64)
CROP_BYTES = 37632


class Breakable(MeanColour):
    """Warms up well, and breaks with a text that must never reach a caller."""

    def embed(self, crops: Sequence[Crop]) -> list[Embedded]:
        if self.batches:
            raise RuntimeError("CUDA out of memory in /srv/models/secret.onnx")
        return super().embed(crops)


def flat(value: int) -> pb.CropToEmbed:
    """A crop of one grey; no photo of a person is needed anywhere in this suite."""
    return pb.CropToEmbed(raw=AlignedCrop(rgb=bytes([value]) * CROP_BYTES))


@pytest.fixture(name="model")
def _model() -> Model | None:
    return MeanColour()


@pytest.fixture(name="embedder")
async def _embedder(model: Model | None) -> AsyncIterator[Embedder]:
    async with (
        open_app(CONFIG, model) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield EmbedderServiceStub(channel)


async def test_embeds_in_order(embedder: Embedder) -> None:
    """Vectors come back in the order of the crops, under the served contract."""
    response = await embedder.EmbedCrops(pb.EmbedCropsRequest(crops=[flat(9), flat(99), flat(59)]))

    magnitudes = [round(crop.quality.magnitude / 3**0.5) for crop in response.crops]
    assert [10, 100, 60] == magnitudes
    assert "mean3-1" == response.contract_id
    np.testing.assert_allclose([c.vector for c in response.crops], 3**-0.5, rtol=1e-6)


async def test_a_score_comes_with_its_band(embedder: Embedder) -> None:
    """People read the band, programs the score."""
    response = await embedder.EmbedCrops(pb.EmbedCropsRequest(crops=[flat(9), flat(255)]))

    for crop in response.crops:
        band = Band.of(crop.quality.score)
        assert f"QUALITY_BAND_{band.name}" == QualityBand.Name(crop.quality.band)
    assert not response.crops[0].quality.HasField("interval")
    assert not response.crops[0].HasField("occlusion")
    assert not response.crops[0].HasField("fusion")


@pytest.mark.parametrize("count", [1, MAX_CROPS])
async def test_the_ends_of_the_range_of_batches(embedder: Embedder, count: int) -> None:
    """One crop is a batch, and so are as many as the proto promises."""
    request = pb.EmbedCropsRequest(crops=[flat(n) for n in range(count)])

    assert count == len((await embedder.EmbedCrops(request)).crops)


async def test_names_the_model(embedder: Embedder) -> None:
    """A caller can pin what it compares with."""
    described = await embedder.DescribeModel(pb.DescribeModelRequest())

    assert (
        pb.DescribeModelResponse(
            model="mean-colour",
            sha256="0" * 64,
            provider="cpu",
            contract_id="mean3-1",
            dimension=3,
            quality_method="brightness",
        )
        == described
    )


@pytest.mark.parametrize("expected", ["", "mean3-1"])
async def test_a_matching_contract_is_served(embedder: Embedder, expected: str) -> None:
    """Or any, if the caller has no vectors yet."""
    request = pb.EmbedCropsRequest(crops=[flat(1)], expected_contract_id=expected)

    assert "mean3-1" == (await embedder.EmbedCrops(request)).contract_id


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        pytest.param(
            pb.EmbedCropsRequest(),
            (
                "INVALID_ARGUMENT",
                "ERROR_REASON_BATCH_SIZE",
                {"field": "crops", "count": "0", "limit": "64"},
            ),
            id="empty batch",
        ),
        pytest.param(
            pb.EmbedCropsRequest(crops=[flat(1)] * 65),
            (
                "INVALID_ARGUMENT",
                "ERROR_REASON_BATCH_SIZE",
                {"field": "crops", "count": "65", "limit": "64"},
            ),
            id="oversize batch",
        ),
        pytest.param(
            pb.EmbedCropsRequest(crops=[flat(1), pb.CropToEmbed(raw=AlignedCrop(rgb=b"short"))]),
            (
                "INVALID_ARGUMENT",
                "ERROR_REASON_CROP_MALFORMED",
                {"index": "1", "actual_bytes": "5", "expected_bytes": "37632"},
            ),
            id="second crop truncated",
        ),
        pytest.param(
            pb.EmbedCropsRequest(
                crops=[pb.CropToEmbed(raw=AlignedCrop(rgb=bytes(CROP_BYTES + 1)))]
            ),
            (
                "INVALID_ARGUMENT",
                "ERROR_REASON_CROP_MALFORMED",
                {"index": "0", "actual_bytes": "37633", "expected_bytes": "37632"},
            ),
            id="a byte too many",
        ),
        pytest.param(
            pb.EmbedCropsRequest(crops=[pb.CropToEmbed()]),
            (
                "INVALID_ARGUMENT",
                "ERROR_REASON_CROP_MALFORMED",
                {"index": "0", "actual_bytes": "0", "expected_bytes": "37632"},
            ),
            id="no crop in it",
        ),
        pytest.param(
            pb.EmbedCropsRequest(crops=[flat(1)], expected_contract_id="arc512-2f9a"),
            (
                "FAILED_PRECONDITION",
                "ERROR_REASON_CONTRACT_MISMATCH",
                {"expected": "arc512-2f9a", "served": "mean3-1"},
            ),
            id="a gallery of another model",
        ),
        pytest.param(
            pb.EmbedCropsRequest(crops=[pb.CropToEmbed(raw=flat(1).raw, enhanced=flat(2).raw)]),
            ("FAILED_PRECONDITION", "ERROR_REASON_FUSION_UNAVAILABLE", {"model": "mean-colour"}),
            id="an enhanced crop",
        ),
    ],
)
async def test_refuses(
    embedder: Embedder,
    model: MeanColour,
    request_: pb.EmbedCropsRequest,
    refusal: tuple[str, str, dict[str, str]],
) -> None:
    """A refusal carries what error_reason.proto promises, and costs the model nothing."""
    warm = len(model.batches)

    with pytest.raises(grpc.aio.AioRpcError) as failure:
        await embedder.EmbedCrops(request_)

    info = status.info_of(failure.value)
    assert info is not None
    assert refusal == (failure.value.code().name, info.reason, dict(info.metadata))
    assert warm == len(model.batches)


@pytest.mark.parametrize("model", [pytest.param(Breakable(), id="broken")])
async def test_a_broken_model_keeps_its_text(embedder: Embedder) -> None:
    """A crash becomes INTERNAL and an incident number; the service lives on."""
    for _ in range(2):
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await embedder.EmbedCrops(pb.EmbedCropsRequest(crops=[flat(1)]))

    info = status.info_of(failure.value)
    assert info is not None
    assert ("ERROR_REASON_INTERNAL", ["incident"]) == (info.reason, list(info.metadata))
    assert "secret" not in repr(failure.value) + repr(failure.value.trailing_metadata())
    assert "mean3-1" == (await embedder.DescribeModel(pb.DescribeModelRequest())).contract_id


class Lying(MeanColour):
    """Says that its vectors are longer than they are."""

    dimension = 512


async def test_a_model_that_is_not_what_it_says_does_not_start() -> None:
    """A wrong entry of the registry is found at once, not by the gallery."""
    with pytest.raises(ConfigError, match="makes vectors of 3 numbers, not of 512"):
        async with open_app(CONFIG, Lying()):
            pytest.fail("it serves")
