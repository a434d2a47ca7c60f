"""The detector over a real socket: with fake networks, and with the real ones on photos."""

import asyncio
import contextlib
import dataclasses
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import numpy as np
import pytest
from PIL import Image
from prometheus_client import REGISTRY

from faces.alignment import TEMPLATE
from faces.embedding import CROP_SHAPE
from meshkit import status
from services.detector.app import open_app
from services.detector.config import Config
from services.detector.port import Canvas, Detections, Network
from sureface.detector.v1 import detector_pb2 as pb
from sureface.detector.v1.detector_pb2_grpc import DetectorServiceStub
from sureface.type.v1 import face_pb2 as face_pb
from tests import images

if TYPE_CHECKING:
    from sureface.detector.v1.detector_pb2_grpc import DetectorServiceAsyncStub as Stub
else:
    Stub = DetectorServiceStub

ROOT = Path(__file__).parents[2]
PHOTOS = ROOT / ".cache" / "photos"
CONFIG = Config(port=0, host="127.0.0.1", models=ROOT / "models", drain_s=0, grace_s=1)


class Squares:
    """Sees a face in every white square; how large it is, is how sure it is of it."""

    good_px = (160, 420)

    def __init__(self) -> None:
        self.batches: list[int] = []

    def detect(self, canvases: Sequence[Canvas], min_scores: Sequence[float]) -> list[Detections]:
        self.batches.append(len(canvases))
        return [_squares(canvas, least) for canvas, least in zip(canvases, min_scores, strict=True)]


def _squares(canvas: Canvas, least: float) -> Detections:
    """Squares stand side by side: columns tell them apart."""
    white = np.all(canvas > 200, axis=0)
    edges = np.flatnonzero(np.diff(np.any(white, axis=0), prepend=False, append=False))
    boxes, scores = [], []
    for left, right in edges.reshape(-1, 2):
        (rows,) = np.nonzero(np.any(white[:, left:right], axis=1))
        score = min(1.0, (right - left) / canvas.shape[-1] * 2)
        if score >= least:
            boxes.append((left, rows[0], right, rows[-1] + 1))
            scores.append(score)
    found = np.array(boxes, dtype=np.float32).reshape(-1, 4)
    sizes = found[:, 2:] - found[:, :2]
    landmarks = found[:, None, :2] + TEMPLATE / np.float32(112) * sizes[:, None]
    return Detections(found, landmarks, np.array(scores, dtype=np.float32))


class Points(Squares):
    """Like `Squares`, but all five landmarks are one point."""

    def detect(self, canvases: Sequence[Canvas], min_scores: Sequence[float]) -> list[Detections]:
        return [
            dataclasses.replace(seen, landmarks=np.repeat(seen.landmarks[:, :1], 5, axis=1))
            for seen in super().detect(canvases, min_scores)
        ]


class Turnstile(Squares):
    """Once closed, holds every batch until it is opened, and says that one has arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Event()

    def detect(self, canvases: Sequence[Canvas], min_scores: Sequence[float]) -> list[Detections]:
        self.entered.set()
        assert self.open.wait(10)
        return super().detect(canvases, min_scores)


class Broken(Squares):
    """Works once for every side, then fails with a text that no caller may see."""

    def detect(self, canvases: Sequence[Canvas], min_scores: Sequence[float]) -> list[Detections]:
        if len(self.batches) >= len(CONFIG.sides):
            raise RuntimeError("out of memory in /srv/secret.onnx")
        return super().detect(canvases, min_scores)


def squares(*sizes: int, width: int = 640, height: int = 400) -> bytes:
    """A black PNG with white squares of these sizes, left to right."""
    picture = np.zeros((height, width, 3), dtype=np.uint8)
    left = 10
    for size in sizes:
        picture[20 : 20 + size, left : left + size] = 255
        left += size + 30
    return images.encoded(picture)


def request(data: bytes, **options: object) -> pb.DetectFacesRequest:
    return pb.DetectFacesRequest(image=face_pb.Image(data=data), **options)  # type: ignore[arg-type]  # checked by protobuf


@contextlib.asynccontextmanager
async def serving(network: Network | None = None, **changes: object) -> AsyncIterator[Stub]:
    config = dataclasses.replace(CONFIG, **changes)  # type: ignore[arg-type]  # checked by Config
    app = open_app(config) if network is None else open_app(config, lambda *_: network)
    async with app as port, grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield DetectorServiceStub(channel)


async def refusal(call: object) -> tuple[str, str, dict[str, str]]:
    """Code, reason and metadata of a call that fails."""
    with pytest.raises(grpc.aio.AioRpcError) as failure:
        await call  # type: ignore[misc]  # a unary call
    info = status.info_of(failure.value)
    assert info is not None
    return failure.value.code().name, info.reason, dict(info.metadata)


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


@pytest.mark.parametrize(
    ("request_", "reason", "metadata"),
    [
        pytest.param(pb.DetectFacesRequest(), "IMAGE_EMPTY", {}, id="no picture"),
        pytest.param(request(b""), "IMAGE_EMPTY", {}, id="empty picture"),
        pytest.param(request(b"hello, world: text"), "IMAGE_FORMAT", {}, id="text"),
        pytest.param(
            request(images.png_header(30000, 30000)),
            "IMAGE_PIXELS",
            {"width_px": "30000", "height_px": "30000", "limit_pixels": "50000000"},
            id="bomb",
        ),
        pytest.param(
            request(squares()[:300]), "IMAGE_BROKEN", {"format": "PNG"}, id="truncated picture"
        ),
        pytest.param(
            request(squares(), min_score=1.5),
            "FIELD_INVALID",
            {"field": "min_score", "rule": "must be in [0, 1]"},
            id="score over one",
        ),
        pytest.param(
            request(squares(), min_score=float("nan")),
            "FIELD_INVALID",
            {"field": "min_score", "rule": "must be in [0, 1]"},
            id="score that is no number",
        ),
        pytest.param(
            request(squares(), max_faces=101),
            "FIELD_INVALID",
            {"field": "max_faces", "rule": "must be in [0, 100]"},
            id="too many faces",
        ),
    ],
)
async def test_refuses(
    request_: pb.DetectFacesRequest, reason: str, metadata: dict[str, str]
) -> None:
    """A refusal carries what `error_reason.proto` promises, and the service lives on."""
    async with serving(Squares()) as detector:
        refused = await refusal(detector.DetectFaces(request_))
        answer = await detector.DetectFaces(request(squares(180)))

    assert ("INVALID_ARGUMENT", f"ERROR_REASON_{reason}", metadata) == refused
    assert 1 == len(answer.faces)


async def test_strangers_share_a_batch() -> None:
    """Pictures of different sizes and callers go through the network in one call."""
    network = Squares()
    pictures = (
        squares(180),
        squares(200),
        squares(250, height=500),
        squares(190, width=600),
    )
    patient: dict[str, object] = {"max_batch": len(pictures), "max_delay_s": 20.0}
    async with serving(network, sides=(640,), **patient) as detector:
        answers = await asyncio.gather(*(detector.DetectFaces(request(p)) for p in pictures))

    assert [1, len(pictures)] == network.batches
    assert [180, 200, 250, 190] == [round(a.faces[0].face.box.x_max) - 10 for a in answers]


async def test_batches_are_counted() -> None:
    """The operator sees how many pictures share a call."""
    before = batched_items()
    async with serving(Squares(), sides=(640,), max_batch=2, max_delay_s=20.0) as detector:
        await asyncio.gather(*(detector.DetectFaces(request(squares(180))) for _ in range(2)))

    assert (1, 2) == tuple(np.subtract(batched_items(), before))


def batched_items() -> tuple[float, float]:
    """Batches so far, and pictures in them."""
    values = (
        REGISTRY.get_sample_value(f"batcher_batch_items_{part}", {"batcher": "detector"})
        for part in ("count", "sum")
    )
    batches, items = (value or 0.0 for value in values)
    return batches, items


async def test_a_call_too_many_is_refused_at_once() -> None:
    """While one call is inside, the next is told to come back; the first is answered."""
    network = Turnstile()
    async with serving(network, max_calls=1, max_batch=1) as detector:
        network.open.clear()
        network.entered.clear()
        inside = asyncio.ensure_future(detector.DetectFaces(request(squares(180))))
        assert await asyncio.to_thread(network.entered.wait, 10)
        refused = await refusal(detector.DetectFaces(request(squares(180))))
        network.open.set()
        answer = await inside

    limit = {"queue": "detector", "limit": "1"}
    assert ("RESOURCE_EXHAUSTED", "ERROR_REASON_QUEUE_FULL", limit) == refused
    assert 1 == len(answer.faces)


async def test_a_call_that_was_let_in_is_not_refused_half_way() -> None:
    """Every face may need a second look; the model's queue has room for all of them."""
    async with serving(Squares(), max_calls=2, max_batch=2) as detector:
        crowd = request(squares(20, 20, 20, 20, 20, 20, 20, 20), min_score=0.01)
        answers = await asyncio.gather(detector.DetectFaces(crowd), detector.DetectFaces(crowd))

    assert [8, 8] == [answer.found_count for answer in answers]


async def test_a_caller_out_of_time_leaves_its_place_to_others() -> None:
    """A limit that passes while the network is busy ends the call, not the service."""
    network = Turnstile()
    async with serving(network, max_calls=1, max_batch=1, call_limit_s=1.0) as detector:
        network.open.clear()
        code, _, _ = await refusal(detector.DetectFaces(request(squares(180))))
        network.open.set()
        answer = await detector.DetectFaces(request(squares(180)))

    assert "DEADLINE_EXCEEDED" == code
    assert 1 == len(answer.faces)


async def test_a_broken_network_keeps_its_secrets() -> None:
    """A crash is INTERNAL and an incident number; its text stays on the server."""
    async with serving(Broken()) as detector:
        code, reason, metadata = await refusal(detector.DetectFaces(request(squares(180))))

    assert ("INTERNAL", "ERROR_REASON_INTERNAL", ["incident"]) == (code, reason, list(metadata))


async def test_the_network_has_run_at_every_side_before_anybody_is_served() -> None:
    """Nobody waits for a first run."""
    network = Squares()
    async with serving(network):
        batches = list(network.batches)

    assert [1] * len(CONFIG.sides) == batches


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
