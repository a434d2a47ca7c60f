"""The detector over a real socket, with a liveness model of our own."""

from pathlib import Path

import pytest

from meshkit.config import ConfigError
from services.detector.living import SCORED
from sureface.detector.v1 import detector_pb2 as pb
from tests import livenesses
from tests.detectors import ROOT, Squares, request, serving, squares

MODELS = ROOT / "models"


@pytest.mark.parametrize(
    "batch", [pytest.param("n", id="any batch"), pytest.param(1, id="exported for one face")]
)
async def test_faces_have_a_score_where_a_model_is_configured(
    tmp_path: Path, batch: str | int
) -> None:
    """Each of its own surroundings: the larger square fills more of what is seen."""
    folder = livenesses.among_ours(tmp_path / "models", MODELS, batch=batch)
    async with serving(Squares(), models=folder, liveness=livenesses.NAME) as detector:
        answer = await detector.DetectFaces(request(squares(170, 330), min_score=0.1))
        described = await detector.DescribeModel(pb.DescribeModelRequest())

    scores = [found.face.liveness_score for found in answer.faces]
    assert [True, True] == [found.face.HasField("liveness_score") for found in answer.faces]
    assert 1 > scores[0] > scores[1] > 1 / 3
    assert (livenesses.NAME, 64) == (described.liveness_model, len(described.liveness_sha256))


async def test_a_score_does_not_need_a_crop(tmp_path: Path) -> None:
    """Both are cut from the picture."""
    folder = livenesses.among_ours(tmp_path / "models", MODELS)
    async with serving(Squares(), models=folder, liveness=livenesses.NAME) as detector:
        answer = await detector.DetectFaces(request(squares(220), omit_crops=True))
        nobody = await detector.DetectFaces(request(squares()))

    assert [True] == [found.face.HasField("liveness_score") for found in answer.faces]
    assert 0 == len(nobody.faces)


async def test_of_a_crowd_only_the_most_prominent_are_scored(tmp_path: Path) -> None:
    """A picture of a hundred people costs no more than one of sixteen."""
    folder = livenesses.among_ours(tmp_path / "models", MODELS)
    crowd = squares(*[20] * (SCORED + 2), width=1000)
    async with serving(
        Squares(), models=folder, liveness=livenesses.NAME, second_looks=0
    ) as detector:
        answer = await detector.DetectFaces(request(crowd, min_score=0.01))

    scored = [found.face.HasField("liveness_score") for found in answer.faces]
    assert [True] * SCORED + [False] * 2 == scored


async def test_nothing_is_scored_by_default() -> None:
    """A score that nobody computed is absent, not 0."""
    async with serving(Squares()) as detector:
        answer = await detector.DetectFaces(request(squares(220)))
        described = await detector.DescribeModel(pb.DescribeModelRequest())

    assert [False] == [found.face.HasField("liveness_score") for found in answer.faces]
    assert ("", "") == (described.liveness_model, described.liveness_sha256)


@pytest.mark.parametrize(
    ("family", "name", "problem"),
    [
        pytest.param("minifasnet", "yunet", "no liveness named yunet", id="a detector"),
        pytest.param("oracle", livenesses.NAME, "is of family oracle", id="of an unknown family"),
    ],
)
async def test_does_not_start_with_another_model(
    tmp_path: Path, family: str, name: str, problem: str
) -> None:
    """Rather than to serve without the scores that scenes wait for."""
    folder = livenesses.among_ours(tmp_path / "models", MODELS, family=family)

    with pytest.raises(ConfigError, match=problem):
        async with serving(Squares(), models=folder, liveness=name):
            pass
