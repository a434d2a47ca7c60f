"""The detector over a real socket: what it finds and answers."""

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from faces.embedding import CROP_SHAPE
from services.detector.port import Canvas, Detections
from sureface.detector.v1 import detector_pb2 as pb
from sureface.detector.v1.detector_pb2_grpc import DetectorServiceStub
from tests import images

if TYPE_CHECKING:
    from sureface.detector.v1.detector_pb2_grpc import DetectorServiceAsyncStub as Stub
else:
    Stub = DetectorServiceStub
from tests.detectors import ROOT, Squares, request, serving, squares

PHOTOS = ROOT / ".cache" / "photos"


class Points(Squares):
    """Like `Squares`, but all five landmarks are one point."""

    def detect(self, canvases: Sequence[Canvas], min_scores: Sequence[float]) -> list[Detections]:
        return [
            dataclasses.replace(seen, landmarks=np.repeat(seen.landmarks[:, :1], 5, axis=1))
            for seen in super().detect(canvases, min_scores)
        ]


async def test_finds_faces_the_most_prominent_first() -> None:
    """Boxes come in pixels of the picture, with crops, in order of size."""
    async with serving(Squares()) as detector:
        answer = await detector.DetectFaces(request(squares(170, 220), min_score=0.1))

    assert (640, 400, 2) == (answer.width_px, answer.height_px, answer.found_count)
    assert [(210, 20, 430, 240), (10, 20, 180, 190)] == [
        (f.face.box.x_min, f.face.box.y_min, f.face.box.x_max, f.face.box.y_max)
        for f in answer.faces
    ]
    assert [CROP_SHAPE[0] * CROP_SHAPE[1] * CROP_SHAPE[2]] * 2 == [
        len(f.crop.rgb) for f in answer.faces
    ]
    assert [pytest.approx(220 / 112), pytest.approx(170 / 112)] == [
        f.crop.scale for f in answer.faces
    ]
    assert pytest.approx(220 / 112 * 35.24, abs=0.01) == answer.faces[0].face.inter_eye_px


async def test_a_crop_shows_the_face_upright() -> None:
    """The square fills its crop, since its landmarks are the template's."""
    async with serving(Squares()) as detector:
        answer = await detector.DetectFaces(request(squares(220)))

    crop = np.frombuffer(answer.faces[0].crop.rgb, dtype=np.uint8).reshape(CROP_SHAPE)
    assert crop[3:-3, 3:-3].min() > 250


@pytest.mark.parametrize(
    ("options", "returned", "found"),
    [
        pytest.param({"min_score": 0.1}, 3, 3, id="all"),
        pytest.param({"min_score": 0.1, "max_faces": 2}, 2, 3, id="at most two"),
        pytest.param({}, 1, 1, id="the server's own score"),
        pytest.param({"min_score": 0.55}, 1, 1, id="a score of the caller's own"),
        pytest.param({"min_score": 1.0}, 0, 0, id="nobody is that sure"),
    ],
)
async def test_options_select_faces(options: dict[str, float], returned: int, found: int) -> None:
    """`found_count` says what `max_faces` left out."""
    async with serving(Squares(), second_looks=0) as detector:
        answer = await detector.DetectFaces(request(squares(40, 60, 180), **options))

    assert (returned, found) == (len(answer.faces), answer.found_count)


async def test_crops_can_be_left_out() -> None:
    """Who draws boxes only does not pay for pixels."""
    async with serving(Squares()) as detector:
        answer = await detector.DetectFaces(request(squares(180), omit_crops=True))

    assert [False] == [face.HasField("crop") for face in answer.faces]


async def test_a_face_without_extent_is_no_face() -> None:
    """Landmarks in one point cannot be aligned; they are neither returned nor counted."""
    async with serving(Points()) as detector:
        answer = await detector.DetectFaces(request(squares(180)))

    assert (0, 0) == (len(answer.faces), answer.found_count)


async def test_no_face_is_no_error() -> None:
    """An empty picture has an empty answer, and its size."""
    async with serving(Squares()) as detector:
        answer = await detector.DetectFaces(request(squares()))

    assert (0, 640, 400) == (len(answer.faces), answer.width_px, answer.height_px)


async def test_a_small_face_gets_a_second_look() -> None:
    """A face of 40 px is seen again at five times the size; its score is the better one."""
    async with serving(Squares()) as detector:
        answer = await detector.DetectFaces(request(squares(40), min_score=0.05))

    assert [pytest.approx(1.0)] == [face.face.detection_score for face in answer.faces]
    box = answer.faces[0].face.box
    assert [pytest.approx(edge, abs=1) for edge in (10, 20, 50, 60)] == [
        box.x_min,
        box.y_min,
        box.x_max,
        box.y_max,
    ]


@pytest.mark.parametrize("model", ["yunet", "centerface"])
async def test_describes_its_model(model: str) -> None:
    """Name, digest and provider of what is served."""
    async with serving(model=model) as detector:
        answer = await detector.DescribeModel(pb.DescribeModelRequest())

    assert (model, 64, "cpu") == (answer.model, len(answer.sha256), answer.provider)


@pytest.mark.parametrize("model", ["yunet", "centerface"])
async def test_finds_the_faces_of_photos(model: str) -> None:
    """One person each, looking into the camera, wherever the photo is cut."""
    async with serving(model=model) as detector:
        answers = await asyncio.gather(
            *(
                detector.DetectFaces(request((PHOTOS / f"{name}.jpg").read_bytes()))
                for name in ("obama", "obama2", "biden", "obama_partial_face")
            )
        )

    assert [1, 1, 1, 1] == [answer.found_count for answer in answers]
    for face in (answer.faces[0].face for answer in answers[:3]):
        assert abs(face.pose.yaw_deg) < 40
        assert face.landmarks.right_eye.x < face.landmarks.left_eye.x
        assert face.landmarks.right_eye.y < face.landmarks.right_mouth_corner.y
        assert face.detection_score > 0.6


@pytest.mark.parametrize("model", ["yunet", "centerface"])
async def test_a_face_that_fills_the_picture_is_found(model: str) -> None:
    """A selfie cut at the chin and the forehead, and enlarged to 1200 px."""
    photo = Image.open(PHOTOS / "obama.jpg").convert("RGB")
    async with serving(model=model) as detector:
        [face] = (await detector.DetectFaces(request(images.encoded(photo)))).faces
        box = face.face.box
        tight = photo.crop((int(box.x_min), int(box.y_min), int(box.x_max), int(box.y_max)))
        selfie = tight.resize((1200, round(1200 * tight.height / tight.width)))
        answer = await detector.DetectFaces(request(images.encoded(selfie)))

    assert 1 == answer.found_count
    ratio = answer.faces[0].face.inter_eye_px / face.face.inter_eye_px
    assert pytest.approx(1200 / tight.width, rel=0.1) == ratio
