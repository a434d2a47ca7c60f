"""What client and command line make of quality, occlusion and measures."""

import json
from pathlib import Path

import pytest

from faces.parts import Part
from sureface.analysis.v1 import analysis_pb2
from sureface.type.v1 import face_pb2, measure_pb2
from tests import answers
from tests.cli import run
from tests.clients import Call
from tests.fake_gateway import FakeGateway

MASKED = face_pb2.Occlusion(
    share=0.32,
    regions=["mouth and nose covered"],
    parts=[face_pb2.FACE_PART_NOSE, face_pb2.FACE_PART_MOUTH, 99],  # type: ignore[list-item]  # newer
    pattern=face_pb2.OcclusionPattern(top=3, left=0, bottom=5, right=5, grid=5, probability=0.7),
)
JUDGED = face_pb2.Quality(
    score=0.61,
    band=face_pb2.QUALITY_BAND_GOOD,
    interval=face_pb2.QualityInterval(low=0.5, high=0.7),
    magnitude=3.5,
    uncertainty=0.4,
)
MEASURES = [
    measure_pb2.Measure(name="LuminanceMean", native_value=0.3, score=88),
    measure_pb2.Measure(name="HeadSize", native_value=0.4, score=54, estimated=True),
]


def extracted(request: analysis_pb2.ExtractRequest) -> analysis_pb2.ExtractResponse:
    """A masked face, measured if that is asked for."""
    face = analysis_pb2.ExtractedFace(
        face=answers.FACE,
        vector=[0.6, 0.8],
        quality=JUDGED,
        occlusion=MASKED,
        advices=["take off the mask"],
        measures=MEASURES if request.measures else [],
    )
    return analysis_pb2.ExtractResponse(faces=[face], contract_id="arc512-1")


@pytest.fixture(name="gateway")
def _gateway(gateway: FakeGateway) -> FakeGateway:
    gateway.answers["Extract"] = extracted
    return gateway


def test_the_sdk_knows_what_is_covered(call: Call) -> None:
    """Words for people, parts and a pattern for programs; a newer part is dropped."""
    [face] = call("extract", picture=b"jpeg").faces

    covered = face.occlusion
    assert (("mouth and nose covered",), (Part.NOSE, Part.MOUTH)) == (
        covered.regions,
        covered.parts,
    )
    assert ((3, 0, 5, 5), 5, 0.7) == (
        covered.pattern.cells,
        covered.pattern.grid,
        covered.pattern.probability,
    )
    assert ((0.5, 0.7), 0.4) == (face.quality.interval, face.quality.uncertainty)
    assert () == face.measures


def test_the_sdk_asks_for_measures(call: Call) -> None:
    """They are values like any other."""
    [face] = call("extract", picture=b"jpeg", measures=True).faces

    assert [("LuminanceMean", 0.3, 88, False), ("HeadSize", 0.4, 54, True)] == [
        (m.name, m.native_value, m.score, m.estimated) for m in face.measures
    ]


def test_people_read_what_is_covered(gateway: FakeGateway, photo: Path) -> None:
    """The table says it beside the advice, and shows no measures that nobody asked for."""
    answer = run(gateway, "extract", photo).stdout

    assert "mouth and nose covered" in answer
    assert "take off the mask" in answer
    assert "LuminanceMean" not in answer


def test_people_read_measures(gateway: FakeGateway, photo: Path) -> None:
    """A line a measure: name, native value, score, and whether it is an estimate."""
    lines = run(gateway, "extract", photo, "--measures").stdout.splitlines()

    rows = [line.split() for line in lines if "LuminanceMean" in line or "HeadSize" in line]
    assert [
        [photo.name, "1", "LuminanceMean", "0.3", "88"],
        [photo.name, "1", "HeadSize", "0.4", "54", "estimated"],
    ] == rows


def test_programs_read_measures(gateway: FakeGateway, photo: Path) -> None:
    """The document holds the same."""
    [image] = json.loads(run(gateway, "extract", photo, "--measures", "--json").stdout)

    [face] = image["extraction"]["faces"]
    assert {
        "name": "HeadSize",
        "native_value": 0.4,
        "score": 54,
        "estimated": True,
    } == face["measures"][1]
    assert ["nose", "mouth"] == face["occlusion"]["parts"]
