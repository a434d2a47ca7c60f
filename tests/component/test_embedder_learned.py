"""The embedder over a real socket, with graphs that judge crops themselves."""

import contextlib
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import grpc.aio
import pytest

from meshkit.config import ConfigError
from services.embedder.app import open_app
from services.embedder.config import Config
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceStub
from sureface.type.v1 import face_pb2
from tests import graphs
from tests.component.test_embedder import flat

if TYPE_CHECKING:
    from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceAsyncStub as Embedder
else:
    Embedder = EmbedderServiceStub

DARK, DIM, BRIGHT = 0, 115, 255


@contextlib.asynccontextmanager
async def serving(models: Path) -> AsyncIterator[Embedder]:
    config = Config(host="127.0.0.1", port=0, drain_s=0, grace_s=0, models=models, model="tiny")
    async with (
        open_app(config) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield EmbedderServiceStub(channel)


async def embedded(models: Path, *shades: int) -> list[pb.EmbeddedCrop]:
    async with serving(models) as embedder:
        request = pb.EmbedCropsRequest(crops=[flat(shade) for shade in shades])
        return list((await embedder.EmbedCrops(request)).crops)


def promised(log_u: float) -> float:
    """The curve of `graphs.UNCERTAINTY`."""
    return 1 / (1 + math.exp((log_u - 0.5) / 0.25))


async def test_quality_comes_from_uncertainty(tmp_path: Path) -> None:
    """Score, interval and raw uncertainty follow the registry's curve; dark is bad."""
    models = graphs.write(tmp_path, *graphs.LEARNED, quality=graphs.UNCERTAINTY)

    dark, bright = await embedded(models, DARK, BRIGHT)

    for crop, log_u in ((dark, 1.0), (bright, -1.0)):
        quality = crop.quality
        assert pytest.approx(math.exp(log_u), rel=1e-5) == quality.uncertainty
        assert [promised(log_u + off) for off in (0, 0.1, -0.1)] == pytest.approx(
            [quality.score, quality.interval.low, quality.interval.high], abs=1e-5
        )
    assert face_pb2.QUALITY_BAND_VERY_POOR == dark.quality.band
    assert face_pb2.QUALITY_BAND_EXCELLENT == bright.quality.band


async def test_a_unit_vector_keeps_the_length_that_the_model_tells(tmp_path: Path) -> None:
    """The graph mixes directions; how long the backbone's vector was is another output."""
    models = graphs.write(tmp_path, *graphs.LEARNED, quality=graphs.UNCERTAINTY)

    [bright] = await embedded(models, BRIGHT)

    assert pytest.approx(3 * 3**0.5, rel=1e-5) == bright.quality.magnitude
    assert pytest.approx([3**-0.5] * 3, rel=1e-5) == list(bright.vector)


async def test_what_is_covered_has_words(tmp_path: Path) -> None:
    """A mask is a pattern, a share, parts for programs and words for people."""
    models = graphs.write(tmp_path, *graphs.LEARNED, quality=graphs.UNCERTAINTY)

    [dark] = await embedded(models, DARK)

    covered = dark.occlusion
    assert ["mouth and nose covered", "lower half of the face covered"] == list(covered.regions)
    assert [
        face_pb2.FACE_PART_NOSE,
        face_pb2.FACE_PART_MOUTH,
        face_pb2.FACE_PART_LOWER_HALF,
    ] == list(covered.parts)
    assert pytest.approx(45 / 112, abs=1e-3) == covered.share
    cells = covered.pattern
    assert (3, 0, 5, 5, 5) == (cells.top, cells.left, cells.bottom, cells.right, cells.grid)
    assert pytest.approx(1, abs=1e-6) == cells.probability
    assert pytest.approx(1) == dark.robust_share


async def test_an_unsure_model_says_no_words(tmp_path: Path) -> None:
    """A pattern of one chance in five is a number, not a mask to take off."""
    models = graphs.write(tmp_path, *graphs.LEARNED, quality=graphs.UNCERTAINTY)

    [dim] = await embedded(models, DIM)

    assert dim.HasField("occlusion")
    assert ([], []) == (list(dim.occlusion.regions), list(dim.occlusion.parts))
    assert 0.1 < dim.occlusion.pattern.probability < 0.4


async def test_nothing_is_said_of_what_was_not_looked_at(tmp_path: Path) -> None:
    """Crops that never enter the robust branch have no occlusion, in a batch with one that does."""
    models = graphs.write(tmp_path, *graphs.LEARNED, quality=graphs.UNCERTAINTY)

    crops = await embedded(models, BRIGHT, DARK, BRIGHT)

    assert [False, True, False] == [crop.HasField("occlusion") for crop in crops]
    assert [0, 1, 0] == [crop.robust_share for crop in crops]


async def test_many_at_once_are_as_many_times_one(tmp_path: Path) -> None:
    """Whoever shares a batch changes nothing."""
    models = graphs.write(tmp_path, *graphs.LEARNED, quality=graphs.UNCERTAINTY)
    shades = (DARK, 40, DIM, 180, BRIGHT)

    together = await embedded(models, *shades)

    for shade, crop in zip(shades, together, strict=True):
        [alone] = await embedded(models, shade)
        assert (alone.quality.score, alone.occlusion.share, alone.robust_share) == pytest.approx(
            (crop.quality.score, crop.occlusion.share, crop.robust_share), abs=1e-6
        )
        assert alone.occlusion.regions == crop.occlusion.regions


async def test_a_model_with_a_head_and_no_branch(tmp_path: Path) -> None:
    """Patterns without shares are of every crop; shares that are not there are not told."""
    models = graphs.write(
        tmp_path, "embedding", "uncertainty", "patterns", quality=graphs.UNCERTAINTY, unit=False
    )

    crops = await embedded(models, BRIGHT, DARK)

    assert [True, True] == [crop.HasField("occlusion") for crop in crops]
    assert [False, False] == [crop.HasField("robust_share") for crop in crops]
    assert [3 * 3**0.5, 3**0.5] == pytest.approx([c.quality.magnitude for c in crops], rel=1e-5)


async def test_a_model_that_only_embeds(tmp_path: Path) -> None:
    """One output of any name; quality by magnitude, and not a word on what it cannot tell."""
    models = graphs.write(tmp_path, "embedding", quality=graphs.LOG_MAGNITUDE, unit=False)

    [bright] = await embedded(models, BRIGHT)

    expected = 1 / (1 + math.exp((1.0 - math.log(3 * 3**0.5)) / 0.1))
    assert pytest.approx(expected, abs=1e-5) == bright.quality.score
    assert not bright.quality.HasField("interval")
    assert not bright.quality.HasField("uncertainty")
    assert not bright.HasField("occlusion")
    assert not bright.HasField("robust_share")


async def test_it_names_its_method(tmp_path: Path) -> None:
    """An operator can see what quality is read from."""
    models = graphs.write(tmp_path, *graphs.LEARNED, quality=graphs.UNCERTAINTY)

    async with serving(models) as embedder:
        described = await embedder.DescribeModel(pb.DescribeModelRequest())

    assert ("tiny", "uncertainty") == (described.model, described.quality_method)


@pytest.mark.parametrize(
    ("outputs", "quality", "cells", "problem"),
    [
        pytest.param(
            ("embedding", "magnitude"),
            graphs.UNCERTAINTY,
            226,
            "uncertainty is needed",
            id="nothing to calibrate",
        ),
        pytest.param(
            ("uncertainty", "patterns"),
            graphs.UNCERTAINTY,
            226,
            "embedding is needed",
            id="no vectors",
        ),
        pytest.param(
            graphs.LEARNED,
            {**graphs.UNCERTAINTY, "band": -1},
            226,
            "band that is not negative",
            id="broken calibration",
        ),
        pytest.param(
            graphs.LEARNED,
            {"method": '"uncertainty"', "midpoint": 0.5, "width": 0.25},
            226,
            "band",
            id="no band",
        ),
        pytest.param(
            ("embedding", "uncertainty", "patterns"),
            graphs.UNCERTAINTY,
            100,
            "no grid has 100 patterns",
            id="patterns of no grid",
        ),
    ],
)
async def test_what_does_not_fit_does_not_start(
    tmp_path: Path, outputs: tuple[str, ...], quality: dict[str, object], cells: int, problem: str
) -> None:
    """A graph and its entry that disagree are found at start, in one line."""
    models = graphs.write(tmp_path, *outputs, quality=quality, cells=cells)

    with pytest.raises(ConfigError, match=problem):
        async with serving(models):
            pytest.fail("it serves")
