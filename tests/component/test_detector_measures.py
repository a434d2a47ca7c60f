"""Quality measures of the detector, over a real socket."""

import pytest

from faces.alignment import TEMPLATE, inter_eye_px
from faces.measures import Component
from sureface.detector.v1 import detector_pb2 as pb
from sureface.type.v1 import measure_pb2
from tests.detectors import Squares, request, serving, squares


def by_name(face: pb.DetectedFace) -> dict[str, measure_pb2.Measure]:
    assert len({measure.name for measure in face.measures}) == len(face.measures)
    return {measure.name: measure for measure in face.measures}


async def test_measures_are_taken_on_request() -> None:
    """Every one of a face that is all there; none for those who do not ask."""
    picture = squares(220)

    async with serving(Squares()) as detector:
        asked = await detector.DetectFaces(request(picture, measures=True))
        unasked = await detector.DetectFaces(request(picture))

    assert [c.value for c in Component] == [m.name for m in asked.faces[0].measures]
    assert [] == list(unasked.faces[0].measures)
    assert asked.faces[0].face == unasked.faces[0].face


async def test_they_are_of_this_face_in_this_picture() -> None:
    """A white square of 220 px beside one of 170 px, in a picture of 640 x 400."""
    async with serving(Squares()) as detector:
        answer = await detector.DetectFaces(
            request(squares(170, 220), min_score=0.1, measures=True)
        )

    large, small = map(by_name, answer.faces)
    eyes = inter_eye_px(TEMPLATE) / 112
    assert pytest.approx(eyes * 220, rel=0.01) == large["InterEyeDistance"].native_value
    assert pytest.approx(eyes * 170, rel=0.01) == small["InterEyeDistance"].native_value
    right_eye = 210 + 220 * float(TEMPLATE[0, 0]) / 112
    assert pytest.approx(right_eye / (eyes * 220), rel=0.01) == (
        large["LeftwardCropOfTheFaceImage"].native_value
    )
    for measures in (large, small):
        assert pytest.approx(170 / 220) == measures["SingleFacePresent"].native_value
        assert 23 == measures["SingleFacePresent"].score
    assert large["HeadSize"].estimated
    assert not large["InterEyeDistance"].estimated


async def test_light_is_that_of_the_picture() -> None:
    """A white face is over-exposed and has no range; its score says so."""
    async with serving(Squares()) as detector:
        answer = await detector.DetectFaces(request(squares(300), measures=True))

    measures = by_name(answer.faces[0])
    assert measures["OverExposurePrevention"].native_value > 0.9
    assert 1 == measures["OverExposurePrevention"].score
    assert 100 == measures["UnderExposurePrevention"].score
    assert measures["DynamicRange"].score < 20


async def test_measures_need_no_crops() -> None:
    """Who wants numbers only gets numbers only."""
    async with serving(Squares()) as detector:
        answer = await detector.DetectFaces(request(squares(220), omit_crops=True, measures=True))

    assert not answer.faces[0].HasField("crop")
    assert len(Component) == len(answer.faces[0].measures)
