"""Insight as a gateway serves it: from the log that it finds, over its own socket."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from client import AsyncSureface
from faces.errors import FaceError, FieldInvalid
from faces.insight import Cause, Trend
from gateway.app import open_app
from gateway.config import Config
from gateway.records.log import DecisionLog
from meshkit.status import raising
from sureface.insight.v1 import insight_pb2
from sureface.insight.v1.insight_pb2_grpc import InsightServiceStub
from tests.backends import HERE

NOW = datetime.now(UTC)
DARK = {"luminance": 0.02, "bright_share": 0.0, "noise": 9.0, "sharpness": 0.5}


def record(ago: timedelta, *, dark: bool) -> dict[str, Any]:
    """A decision about somebody, in the light or in the dark."""
    picture: dict[str, Any] = {"refused_by": None, "magnitude": 3.0, "covered": []}
    looks = {"quality": 0.3, "conditions": DARK} if dark else {"quality": 0.9}
    return {
        "kind": "decision",
        "time": (NOW - ago).isoformat(),
        "camera_id": "gate-7",
        "scene": "door",
        "contract_id": "arc4-1",
        "candidates": [{"person_id": "p-1", "similarity": 0.9}],
        "samples": [picture | looks],
    }


async def test_a_week_against_the_week_before(tmp_path: Path) -> None:
    """Unless another time is asked for; what is older than both counts nowhere."""
    with DecisionLog(tmp_path) as log:
        for days, dark in ((15, 30), (8, 5), (1, 40)):
            for number in range(50):
                await log.append(record(timedelta(days=days), dark=number < dark))
    async with (
        open_app(Config(**HERE, data=tmp_path)) as port,  # type: ignore[arg-type]  # checked by Config
        AsyncSureface(f"127.0.0.1:{port}") as mesh,
    ):
        answer = await mesh.summarize_cameras()
        fortnight = await mesh.summarize_cameras(start_time=NOW - timedelta(days=14))

    [camera] = answer.cameras
    assert timedelta(days=7) == answer.end_time - answer.start_time
    assert timedelta(days=7) == answer.start_time - answer.previous_start_time
    assert (40, 10, 5, 45, Trend.WORSE) == (
        camera.current.low_count,
        camera.current.good_count,
        camera.previous.low_count,
        camera.previous.good_count,
        camera.trend,
    )
    assert [((Cause.DARK, Cause.NOISY), 40)] == [
        (cluster.causes, cluster.picture_count) for cluster in camera.current.clusters
    ]
    assert 50 == camera.current.quality.count
    assert pytest.approx(0.42) == camera.current.quality.mean
    assert camera.current.magnitude
    assert ("arc4-1", 50) == (camera.contract_id, camera.current.magnitude.count)
    assert "80% of 50 faces are of low quality, up from 10%; 100% of these are too dark: " in (
        camera.advice
    )
    assert (45, 30) == (
        fortnight.cameras[0].current.low_count,
        fortnight.cameras[0].previous.low_count,
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param(
            {"start_time": NOW, "end_time": NOW},
            FieldInvalid(field="start_time", rule="must be before end_time"),
            id="a period of no length",
        ),
        pytest.param(
            {"start_time": NOW + timedelta(days=1)},
            FieldInvalid(field="start_time", rule="must be before end_time"),
            id="the future",
        ),
        pytest.param(
            {"camera_id": "a b"},
            FieldInvalid(
                field="camera_id",
                rule="must be at most 128 of a-z A-Z 0-9 . _ - @ :, "
                "and start with a letter or digit",
            ),
            id="no name of a camera",
        ),
    ],
)
async def test_refuses(tmp_path: Path, arguments: dict[str, Any], error: FaceError) -> None:
    """One line says what is wrong with a request."""
    async with (
        open_app(Config(**HERE, data=tmp_path)) as port,  # type: ignore[arg-type]  # checked by Config
        AsyncSureface(f"127.0.0.1:{port}") as mesh,
    ):
        with pytest.raises(type(error)) as failure:
            await mesh.summarize_cameras(**arguments)

    assert str(error) == str(failure.value)


@pytest.mark.parametrize(
    ("request_", "refused"),
    [
        pytest.param({"end_time": Timestamp(seconds=2**62)}, True, id="no time"),
        pytest.param({"end_time": Timestamp(seconds=-62_135_596_799)}, False, id="the year 1"),
        pytest.param({"start_time": Timestamp(seconds=-62_135_596_800)}, False, id="all times"),
    ],
)
async def test_times_that_are_hardly_any(
    tmp_path: Path, request_: dict[str, Any], *, refused: bool
) -> None:
    """Are refused if no clock shows them, and else are times like others."""
    async with (
        open_app(Config(**HERE, data=tmp_path)) as port,  # type: ignore[arg-type]  # checked by Config
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        request = insight_pb2.SummarizeCamerasRequest(**request_)
        stub: Any = InsightServiceStub(channel)
        if refused:
            with pytest.raises(FieldInvalid, match="end_time must be a time"), raising("gateway"):
                await stub.SummarizeCameras(request)
        else:
            answer = await stub.SummarizeCameras(request)
            assert [] == list(answer.cameras)
