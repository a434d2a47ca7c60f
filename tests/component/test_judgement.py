"""What the embedder sees of a face, through the gateway to whoever asked: real sockets."""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import pytest

from faces.measures import Component
from gateway.app import open_app as open_gateway
from gateway.config import Config as GatewayConfig
from sureface.access.v1 import access_pb2
from sureface.access.v1.access_pb2_grpc import AccessServiceStub
from sureface.analysis.v1 import analysis_pb2
from sureface.analysis.v1.analysis_pb2_grpc import AnalysisServiceStub
from sureface.type.v1 import decision_pb2, face_pb2
from tests.backends import BRIGHT, DARK, HERE, backends, picture
from tests.records import kept


@pytest.fixture(name="channel")
async def _channel(tmp_path: Path) -> AsyncIterator[grpc.aio.Channel]:
    """To a gateway whose embedder serves a graph that judges crops itself; no gallery is there."""
    async with (
        backends(tmp_path) as addresses,
        open_gateway(GatewayConfig(**HERE, **addresses, data=tmp_path)) as gateway,  # type: ignore[arg-type]  # checked by Config
        grpc.aio.insecure_channel(f"127.0.0.1:{gateway}") as channel,
    ):
        yield channel


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
    [record] = kept(tmp_path)
    [sample] = record["samples"]
    assert pytest.approx(0.402, abs=1e-3) == sample["occlusion"]
    assert "mouth and nose covered" == sample["covered"][0]
