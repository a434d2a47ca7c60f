"""The embedder over a real socket, with a gate that fuses raw and enhanced crops."""

import contextlib
import math
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc.aio
import numpy as np
import pytest

from faces.quality import Quality
from meshkit import status
from meshkit.config import ConfigError, load
from meshkit.models.registry import find
from services.embedder.app import open_app
from services.embedder.config import MAX_CROPS, Config
from services.embedder.fusing import OnnxGate, Pair
from services.embedder.model import Embedded
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceStub
from sureface.type.v1.face_pb2 import AlignedCrop
from tests import enhancers, graphs
from tests.fakes import MeanColour

if TYPE_CHECKING:
    from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceAsyncStub as Embedder
else:
    Embedder = EmbedderServiceStub

RED, BLUE = (255, 0, 0), (0, 0, 255)
GREY = (128, 128, 128)


def crop(colour: tuple[int, int, int], **more: Any) -> AlignedCrop:
    return AlignedCrop(rgb=bytes(colour) * (112 * 112), **more)


def pair(
    raw: tuple[int, int, int], enhanced: tuple[int, int, int], scale: float = 0.0
) -> pb.CropToEmbed:
    return pb.CropToEmbed(raw=crop(raw, scale=scale), enhanced=crop(enhanced, derived=True))


def alone(colour: tuple[int, int, int]) -> pb.CropToEmbed:
    return pb.CropToEmbed(raw=crop(colour))


def fusing(folder: Path, **changes: Any) -> Path:
    """A models folder with an embedder and a gate for it."""
    graphs.write(folder, *graphs.LEARNED, quality=graphs.UNCERTAINTY)
    contract_id = find(folder, "tiny", task="embedder").contract_id
    return enhancers.write_gate(folder, **{"contract_id": contract_id, **changes})


@contextlib.asynccontextmanager
async def serving(models: Path, fusion: str = "tiny-gate") -> AsyncIterator[Embedder]:
    config = Config(
        host="127.0.0.1", port=0, drain_s=0, grace_s=0, models=models, model="tiny", fusion=fusion
    )
    async with (
        open_app(config) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield EmbedderServiceStub(channel)


async def embedded(embedder: Embedder, *crops: pb.CropToEmbed) -> list[pb.EmbeddedCrop]:
    return list((await embedder.EmbedCrops(pb.EmbedCropsRequest(crops=crops))).crops)


@pytest.mark.parametrize(
    ("scale", "weight"),
    [
        pytest.param(0.5, 0.5, id="half as large"),
        pytest.param(1.0, 0.75, id="as large"),
        pytest.param(4.0, 0.75, id="larger"),
        pytest.param(0.0, 0.75, id="unknown"),
        pytest.param(math.nan, 0.75, id="no number"),
        pytest.param(0.001, 0.275, id="next to nothing"),
    ],
)
async def test_fuses_by_the_gate(tmp_path: Path, scale: float, weight: float) -> None:
    """The vector lies between both, where the gate says; it is as long as any other."""
    async with serving(fusing(tmp_path)) as embedder:
        raw, enhanced, fused = await embedded(
            embedder, alone(RED), alone(BLUE), pair(RED, BLUE, scale)
        )

    one, other, vector = (np.array(each.vector) for each in (raw, enhanced, fused))
    between = weight * one + (1 - weight) * other
    np.testing.assert_allclose(vector, between / np.linalg.norm(between), atol=1e-6)
    assert pytest.approx(weight) == fused.fusion.gate
    assert pytest.approx(one @ other, abs=1e-6) == fused.fusion.similarity
    assert pytest.approx(one @ vector, abs=1e-6) == fused.fusion.fused_similarity
    assert not fused.fusion.fell_back


async def test_quality_is_weighted_like_the_vectors(tmp_path: Path) -> None:
    """Score and interval; what was measured of the raw crop stays so, and both scores are told."""
    dark, light = (60, 60, 60), (200, 200, 200)
    async with serving(fusing(tmp_path)) as embedder:
        raw, enhanced, fused = await embedded(
            embedder, alone(dark), alone(light), pair(dark, light, 0.5)
        )

    assert raw.quality.score < enhanced.quality.score
    middle = (raw.quality.score + enhanced.quality.score) / 2
    low = (raw.quality.interval.low + enhanced.quality.interval.low) / 2
    assert pytest.approx((middle, low)) == (fused.quality.score, fused.quality.interval.low)
    assert (raw.quality.magnitude, raw.quality.uncertainty) == (
        fused.quality.magnitude,
        fused.quality.uncertainty,
    )
    assert (raw.quality.score, enhanced.quality.score) == (
        fused.fusion.raw_quality,
        fused.fusion.enhanced_quality,
    )
    assert (raw.occlusion, raw.robust_share) == (fused.occlusion, fused.robust_share)


async def test_pairs_and_single_crops_share_a_call(tmp_path: Path) -> None:
    """Each answer is the one that its crop gets alone, in order."""
    crops = [alone(GREY), pair(RED, BLUE, 0.5), alone(BLUE), pair(BLUE, GREY, 1.0)]
    async with serving(fusing(tmp_path)) as embedder:
        together = await embedded(embedder, *crops)
        each = [(await embedded(embedder, one))[0] for one in crops]

    assert [False, True, False, True] == [one.HasField("fusion") for one in together]
    for one, other in zip(together, each, strict=True):
        np.testing.assert_allclose(one.vector, other.vector, atol=1e-6)
        assert one.fusion.gate == other.fusion.gate


async def test_the_largest_batch_fits_twice(tmp_path: Path) -> None:
    """As many pairs as the proto promises are embedded, both versions of each."""
    async with serving(fusing(tmp_path)) as embedder:
        answers = await embedded(embedder, *[pair(RED, BLUE)] * MAX_CROPS)

    assert MAX_CROPS == len(answers)


async def test_names_the_gate(tmp_path: Path) -> None:
    """An operator can see what fuses, or that nothing does."""
    models = fusing(tmp_path)
    described = []
    for fusion in ("tiny-gate", ""):
        async with serving(models, fusion) as embedder:
            described.append(await embedder.DescribeModel(pb.DescribeModelRequest()))

    assert ["tiny-gate", ""] == [each.fusion for each in described]
    assert [64, 0] == [len(each.fusion_sha256) for each in described]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        pytest.param(
            pb.CropToEmbed(raw=crop(RED, derived=True)), "FIELD_INVALID", id="a derived raw crop"
        ),
        pytest.param(
            pb.CropToEmbed(raw=crop(RED), enhanced=AlignedCrop(rgb=b"short")),
            "CROP_MALFORMED",
            id="an enhanced crop that is none",
        ),
    ],
)
@pytest.mark.parametrize("fusion", ["tiny-gate", ""])
async def test_refuses(tmp_path: Path, message: pb.CropToEmbed, reason: str, fusion: str) -> None:
    """What an enhancer made never passes for what a camera saw."""
    async with serving(fusing(tmp_path), fusion) as embedder:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await embedded(embedder, alone(RED), message)

    info = status.info_of(failure.value)
    assert info is not None
    without = {"CROP_MALFORMED": "FUSION_UNAVAILABLE"}
    expected = reason if fusion else without.get(reason, reason)
    assert f"ERROR_REASON_{expected}" == info.reason


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"contract_id": "arc3-other"}, "is for contract arc3-other", id="contract"),
        pytest.param({"outputs": ["embedding"]}, "lacks gate; it is no fusion", id="no gate"),
        pytest.param({"outputs": ["gate"]}, "lacks embedding; it is no", id="no vectors"),
        pytest.param({"dimension": 4}, "does not take vectors of 3 numbers", id="dimension"),
        pytest.param({"slope": 1.0}, "is broken: weights that are not in", id="a weight of 1.25"),
        pytest.param({"slope": math.nan}, "is broken: rows without direction", id="no number"),
    ],
)
async def test_a_gate_that_does_not_fit(
    tmp_path: Path, changes: dict[str, Any], problem: str
) -> None:
    """A gate for other vectors, or one that is none, is found at start, in one line."""
    with pytest.raises(ConfigError, match=problem):
        async with serving(fusing(tmp_path, **changes)):
            pytest.fail("it serves")


async def test_an_entry_without_a_contract(tmp_path: Path) -> None:
    """A gate says which vectors it is for."""
    toml = fusing(tmp_path) / "models.toml"
    rows = [row for row in toml.read_text().splitlines() if not row.startswith("contract")]
    toml.write_text("\n".join(rows))

    with pytest.raises(ConfigError, match="tiny-gate] is incomplete or wrong: 'contract'"):
        async with serving(tmp_path):
            pytest.fail("it serves")


def test_who_fuses_needs_a_longer_queue() -> None:
    """Both versions of the largest batch must fit in."""
    env = {"EMBEDDER_MAX_QUEUED": "127", "EMBEDDER_FUSION": "gate"}

    with pytest.raises(ConfigError, match="max_queued must be at least 128"):
        load(Config, env, prefix="EMBEDDER_")


def plain(*vector: float) -> Embedded:
    return Embedded(np.array(vector, dtype=np.float32), Quality(score=0.5, magnitude=1.0))


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([plain(-1, 0, 0)], id="the opposite"),
        pytest.param([plain(0, 1, 0), plain(-1, 0, 0)], id="one of two"),
    ],
)
def test_vectors_that_cancel_out_are_a_broken_gate(
    tmp_path: Path, others: Sequence[Embedded]
) -> None:
    """A vector without direction is an error, not a face that resembles nobody."""
    models = enhancers.write_gate(tmp_path, "mean3-1", slope=0.25)
    gate = OnnxGate(find(models, "tiny-gate", task="fusion"), MeanColour())

    with pytest.raises(ValueError, match="rows without direction"):
        gate.fuse([Pair(plain(1, 0, 0), other, 1.0) for other in others])
