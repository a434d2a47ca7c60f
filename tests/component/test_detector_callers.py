"""The detector under many callers, bad ones and impatient ones among them."""

import asyncio
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import numpy as np
import pytest
from prometheus_client import REGISTRY

from meshkit import status
from services.detector.port import Canvas, Detections
from sureface.detector.v1 import detector_pb2 as pb
from sureface.detector.v1.detector_pb2_grpc import DetectorServiceStub
from tests import images

if TYPE_CHECKING:
    from sureface.detector.v1.detector_pb2_grpc import DetectorServiceAsyncStub as Stub
else:
    Stub = DetectorServiceStub
from tests.detectors import CONFIG, Squares, request, serving, squares


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


async def refusal(call: object) -> tuple[str, str, dict[str, str]]:
    """Code, reason and metadata of a call that fails."""
    with pytest.raises(grpc.aio.AioRpcError) as failure:
        await call  # type: ignore[misc]  # a unary call
    info = status.info_of(failure.value)
    assert info is not None
    return failure.value.code().name, info.reason, dict(info.metadata)


def batched_items() -> tuple[float, float]:
    """Batches so far, and pictures in them."""
    values = (
        REGISTRY.get_sample_value(f"batcher_batch_items_{part}", {"batcher": "detector"})
        for part in ("count", "sum")
    )
    batches, items = (value or 0.0 for value in values)
    return batches, items


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
