"""A detector and an embedder in this process, for gateways under test: no weights, no people."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np

from faces.alignment import TEMPLATE
from services.detector.app import open_app as open_detector
from services.detector.port import Canvas, Detections
from services.embedder.app import open_app as open_embedder
from services.embedder.config import Config as EmbedderConfig
from sureface.type.v1 import face_pb2
from tests import detectors, graphs, images

DARK, BRIGHT = 4, 250
"""Shades: in the first, `graphs` sees a mask and is unsure; it is sure of the second."""

HERE = {"host": "127.0.0.1", "port": 0, "drain_s": 0.0, "grace_s": 0.0}


class OneFace:
    """Sees one face, 220 px wide, wherever it looks."""

    good_px = (1, 10_000)

    def detect(self, canvases: Sequence[Canvas], min_scores: Sequence[float]) -> list[Detections]:
        """Implement `services.detector.port.Detector.detect`."""
        box = np.array([[50, 40, 270, 260]], dtype=np.float32)
        landmarks = (TEMPLATE * np.float32(220 / 112) + box[0, :2])[None]
        return [Detections(box, landmarks, np.ones(1, dtype=np.float32)) for _ in canvases]


@contextlib.asynccontextmanager
async def backends(folder: Path) -> AsyncIterator[dict[str, str]]:
    """Run both while the block runs: their addresses, by the gateway's names for them.

    The embedder serves a graph that judges crops itself. No gallery is there.
    """
    models = graphs.write(folder, *graphs.LEARNED, quality=graphs.UNCERTAINTY)
    async with (
        open_detector(detectors.CONFIG, lambda *_: OneFace()) as detector,
        open_embedder(EmbedderConfig(**HERE, models=models, model="tiny")) as embedder,  # type: ignore[arg-type]  # checked by Config
    ):
        yield {
            "detector": f"127.0.0.1:{detector}",
            "embedder": f"127.0.0.1:{embedder}",
            "gallery": "127.0.0.1:9",
        }


def picture(shade: int) -> face_pb2.Image:
    """A picture of one shade."""
    return face_pb2.Image(data=images.encoded(np.full((400, 640, 3), shade, dtype=np.uint8)))
