"""A detector in tests: a real server, and networks that see drawn squares."""

import contextlib
import dataclasses
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import numpy as np

from faces.alignment import TEMPLATE
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


ROOT = Path(__file__).parents[1]


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
