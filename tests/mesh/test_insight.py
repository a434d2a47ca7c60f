"""Insight of a real mesh: cameras, one of which goes dark, and what is said of them."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PIL import Image

from client import AsyncSureface
from faces.insight import Cause, Trend
from faces.insight.trend import LEAST_FACES
from tests.mesh.mesh import Mesh
from tests.mesh.up import sureface
from tests.photos import encoded, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = encoded(opened("obama2"), quality=95)
NOBODY = encoded(Image.new("RGB", (640, 480), (90, 100, 110)))


def night() -> bytes:
    """The same, with next to no light and what the sensor makes of it."""
    light = np.asarray(opened("obama2"), dtype=np.float64) * 0.12
    noise = np.random.default_rng(1).normal(0, 9, light.shape)
    return encoded(Image.fromarray(np.clip(light + noise, 0, 255).astype(np.uint8)), quality=95)


async def test_a_camera_goes_dark(shared: Mesh) -> None:
    """Each picture counts once, in its period, for its camera; it is said since when, and why."""
    await shared.enrol("insight", p1="obama")
    address = f"127.0.0.1:{shared.processes['gateway'].port}"
    async with AsyncSureface(address, deadline_s=60) as mesh:

        async def show(camera_id: str, picture: bytes, *, times: int = 1) -> None:
            for _ in range(times):
                await mesh.identify(
                    scene="access_control",
                    probe=picture,
                    collection_id="insight",
                    camera_id=camera_id,
                )

        await show("gate-7", DAY, times=LEAST_FACES)
        sunset = datetime.now(UTC)
        await show("gate-7", night(), times=LEAST_FACES)
        await show("gate-8", DAY)
        await show("gate-8", NOBODY)
        answer = await mesh.summarize_cameras(
            start_time=sunset, end_time=sunset + timedelta(hours=1)
        )
        alone = await mesh.summarize_cameras(camera_id="gate-8")
    document, code = await sureface("insight", "--address", address, "--since", "1h")

    dark, fine = answer.cameras
    assert ("gate-7", "gate-8", 0) == (
        dark.camera_id,
        fine.camera_id,
        answer.further_record_count,
    )
    assert (LEAST_FACES, 0) == (dark.current.low_count, dark.current.good_count)
    assert (0, LEAST_FACES) == (dark.previous.low_count, dark.previous.good_count)
    assert dark.current.quality.median < dark.previous.quality.median
    assert dark.current.magnitude
    assert dark.previous.magnitude
    assert dark.current.magnitude.median < dark.previous.magnitude.median
    [cluster] = dark.current.clusters
    assert Cause.DARK in cluster.causes
    assert Trend.WORSE is dark.trend
    assert "100% of 20 faces are of low quality, up from 0%; 100% of these are too dark" in (
        dark.advice
    )
    assert (1, 1, 0) == (
        fine.current.good_count,
        fine.current.faceless_count,
        fine.previous.face_count,
    )
    assert ["gate-8"] == [camera.camera_id for camera in alone.cameras]
    assert 0 == code
    assert {"gate-7": 2 * LEAST_FACES, "gate-8": 1} == {
        camera["camera_id"]: camera["current"]["good_count"] + camera["current"]["low_count"]
        for camera in document["cameras"]
    }
    assert "p1" not in json.dumps(document)
