"""What the embedder sees of a face, through the gateway to whoever asked: real sockets."""

import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import grpc.aio
import numpy as np
import pytest

from faces.alignment import TEMPLATE
from faces.measures import Component
from gateway.app import open_app as open_gateway
from gateway.config import Config as GatewayConfig
from gateway.records.log import FILE
from services.detector.app import open_app as open_detector
from services.detector.port import Canvas, Detections
from services.embedder.app import open_app as open_embedder
from services.embedder.config import Config as EmbedderConfig
from sureface.access.v1 import access_pb2
from sureface.access.v1.access_pb2_grpc import AccessServiceStub
from sureface.analysis.v1 import analysis_pb2
from sureface.analysis.v1.analysis_pb2_grpc import AnalysisServiceStub
from sureface.type.v1 import decision_pb2, face_pb2
from tests import detectors, graphs, images

DARK, BRIGHT = 4, 250
"""Shades: in the first, `graphs` sees a mask and is unsure; it is sure of the second."""

HERE = {"host": "127.0.0.1", "port": 0, "drain_s": 0.0, "grace_s": 0.0}


class OneFace:
    """Sees one face, 220 px wide, wherever it looks."""

    good_px = (1, 10_000)

    def detect(self, canvases: Sequence[Canvas], min_scores: Sequence[float]) -> list[Detections]:
        box = np.array([[50, 40, 270, 260]], dtype=np.float32)
        landmarks = (TEMPLATE * np.float32(220 / 112) + box[0, :2])[None]
        return [Detections(box, landmarks, np.ones(1, dtype=np.float32)) for _ in canvases]


@pytest.fixture(name="channel")
async def _channel(tmp_path: Path) -> AsyncIterator[grpc.aio.Channel]:
    """To a gateway whose embedder serves a graph that judges crops itself; no gallery is there."""
    models = graphs.write(tmp_path, *graphs.LEARNED, quality=graphs.UNCERTAINTY)
    async with contextlib.AsyncExitStack() as stack:
        detector = await stack.enter_async_context(
            open_detector(detectors.CONFIG, lambda *_: OneFace())
        )
        embedder = await stack.enter_async_context(
            open_embedder(EmbedderConfig(**HERE, models=models, model="tiny"))  # type: ignore[arg-type]  # checked by Config
        )
        gateway = await stack.enter_async_context(
            open_gateway(
                GatewayConfig(
                    **HERE,  # type: ignore[arg-type]  # checked by Config
                    detector=f"127.0.0.1:{detector}",
                    embedder=f"127.0.0.1:{embedder}",
                    gallery="127.0.0.1:9",
                    data=tmp_path,
                )
            )
        )
        yield await stack.enter_async_context(grpc.aio.insecure_channel(f"127.0.0.1:{gateway}"))


def picture(shade: int) -> face_pb2.Image:
    return face_pb2.Image(data=images.encoded(np.full((400, 640, 3), shade, dtype=np.uint8)))


async def extracted(channel: grpc.aio.Channel, shade: int) -> analysis_pb2.ExtractedFace:
    request = analysis_pb2.ExtractRequest(image=picture(shade), measures=True)
    [face] = (await AnalysisServiceStub(channel).Extract(request)).faces
    return face


async def test_extract_tells_all_that_is_known(channel: grpc.aio.Channel) -> None:
    """Interval, raw uncertainty, what is covered, what would help, and measures."""
    dark, bright = [await extracted(channel, shade) for shade in (DARK, BRIGHT)]

    assert ["mouth and nose covered", "lower half of the face covered"] == list(
        dark.occlusion.regions
    )
    assert face_pb2.FACE_PART_MOUTH in dark.occlusion.parts
    assert (3, 5) == (dark.occlusion.pattern.top, dark.occlusion.pattern.bottom)
    assert not bright.HasField("occlusion")
    for face in (dark, bright):
        quality = face.quality
        assert 0 <= quality.interval.low <= quality.score <= quality.interval.high <= 1
        assert len(Component) == len(face.measures)
    assert dark.quality.uncertainty > 1 > bright.quality.uncertainty
    assert ["take off the mask", "too dark: find better light"] == list(dark.advices)[:2]
    assert [] == list(bright.advices)


async def test_a_door_says_to_take_off_the_mask(channel: grpc.aio.Channel, tmp_path: Path) -> None:
    """More is covered than the scene allows; the record says what, and holds no pixels."""
    answer = await AccessServiceStub(channel).Identify(
        access_pb2.IdentifyRequest(
            scene="access_control", probe=picture(DARK), collection_id="staff"
        )
    )

    decision = answer.decision
    assert (decision_pb2.VERDICT_RECAPTURE, decision_pb2.RULE_MAX_OCCLUSION) == (
        decision.verdict,
        decision.rule,
    )
    assert ["take off the mask"] == list(decision.advices)
    assert "40% of the face is covered, this scene allows 25%" == decision.reason
    assert answer.quality.HasField("interval")
    [line] = (tmp_path / FILE).read_text(encoding="utf-8").splitlines()
    [sample] = json.loads(line)["samples"]
    assert (0.402, "mouth and nose covered") == (sample["occlusion"], sample["covered"][0])
