"""Cameras before a real mesh: real faces, services that die, connections that end."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from client import Sureface
from client.types import Box, Frame, StreamUpdate, TrackHint
from faces.policy import Verdict
from faces.rules import Rule
from sureface.access.v1 import access_pb2 as pb
from tests.mesh.cameras import DOOR, decided, is_verdict, watched
from tests.mesh.mesh import Mesh, image, mesh, refusal
from tests.photos import encoded, far_away, opened, photo
from tests.processes import service
from tests.records import kept

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = encoded(Image.new("RGB", (640, 480), (90, 100, 110)), quality=95)
ALICE = encoded(opened("obama2"), quality=95)
"""Enrolled as p1, by another photo."""

BOB = photo("biden")


async def test_a_door(shared: Mesh) -> None:
    """Who is far away is asked to come closer; each visit has one verdict, and it is on record."""
    await shared.enrol("watched", p1="obama")
    async with watched(shared, far_away(), collection_id="watched") as (picture, camera):
        advice = await camera.hears(is_verdict(Verdict.RECAPTURE))
        picture.shown = ALICE
        match = await camera.hears(is_verdict(Verdict.MATCH))
        picture.shown = NOBODY
        await asyncio.sleep(3)  # by the camera's clock: she has left
        picture.shown = BOB
        stranger = await camera.hears(is_verdict(Verdict.NO_MATCH))
        await asyncio.sleep(1)  # he stays a while
        picture.shown = None
        told = await camera.ends()

    assert (Rule.MIN_INTER_EYE_PX, "move closer") == (
        decided(advice).rule,
        decided(advice).advices[0],
    )
    assert match.candidate
    assert "p1" == match.candidate.person_id
    assert stranger.candidate is None
    verdicts = [decided(update).verdict for update in told]
    assert [Verdict.MATCH, Verdict.NO_MATCH] == [v for v in verdicts if v is not Verdict.RECAPTURE]
    records = {r["decision_id"]: r for r in kept(shared.folder) if r["kind"] == "decision"}
    assert {decided(update).decision_id for update in told} <= records.keys()
    record = records[decided(stranger).decision_id]
    assert stranger.track_id == record["track_id"]
    assert len(record["samples"]) == len(record["frame_offsets_ms"].split()) >= 3


async def test_the_blocking_client(shared: Mesh) -> None:
    """The same from a thread, with the camera's own tracks."""
    await shared.enrol("blocking", p1="obama")
    face = await shared.access.Identify(
        pb.IdentifyRequest(scene="access_control", probe=image(ALICE), collection_id="blocking")
    )
    box = face.face.box
    hint = TrackHint("w-1", Box(box.x_min, box.y_min, box.x_max, box.y_max))

    def told() -> list[StreamUpdate]:
        address = f"127.0.0.1:{shared.processes['gateway'].port}"
        with Sureface(address) as client:
            return list(client.identify_stream(frames(), **DOOR, collection_id="blocking"))

    def frames() -> Iterator[Frame]:
        for number in range(3):
            yield Frame(ALICE, offset_ms=200 * number, tracks=(hint,))

    updates = await asyncio.to_thread(told)

    assert [("w-1", Verdict.MATCH)] == [
        (update.track_id, update.decision.verdict) for update in updates if update.decision
    ]


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        pytest.param([pb.IdentifyStreamRequest(frame=pb.Frame(image=image(BOB)))],
                     ("INVALID_ARGUMENT", "FIELD_MISSING"), id="a frame first"),
        pytest.param([pb.IdentifyStreamRequest(settings=pb.StreamSettings(
            scene="roof", collection_id="c", camera_id="c"))],
            ("INVALID_ARGUMENT", "SCENE_UNKNOWN"), id="unknown scene"),
        pytest.param([pb.IdentifyStreamRequest(settings=pb.StreamSettings(
            scene="access_control", collection_id="c", camera_id="c"))] * 2,
            ("INVALID_ARGUMENT", "FIELD_INVALID"), id="settings twice"),
        pytest.param([
            pb.IdentifyStreamRequest(settings=pb.StreamSettings(
                scene="access_control", collection_id="nowhere", camera_id="c")),
            pb.IdentifyStreamRequest(frame=pb.Frame(image=image(BOB), offset_ms=0))],
            ("NOT_FOUND", "COLLECTION_NOT_FOUND"), id="unknown collection"),
    ],
)  # fmt: skip
async def test_mistakes_have_their_reasons(
    shared: Mesh, requests: list[pb.IdentifyStreamRequest], expected: tuple[str, str]
) -> None:
    """A stream that cannot be served ends with the code and the reason of its mistake."""
    call: Any = shared.access.IdentifyStream(iter(requests))

    async def outcome() -> list[object]:
        return [answer async for answer in call]

    assert expected == await refusal(outcome())


async def test_a_service_that_dies(tmp_path: Path) -> None:
    """The stream lives on, says that it loses frames, and tells the verdict when it can."""
    async with mesh(tmp_path) as running:
        await running.enrol("staff", p1="obama")
        async with watched(running, NOBODY, collection_id="staff") as (picture, camera):
            await camera.heard(lambda: bool(camera.opened))
            gallery = running.processes["gallery"]
            gallery.kill()
            picture.shown = ALICE
            lost = await camera.hears(lambda update: update.lost_reason)
            async with service("gallery", PORT=gallery.port, PATH=tmp_path / "gallery.sqlite"):
                await camera.hears(is_verdict(Verdict.MATCH))
                picture.shown = None
                told = await camera.ends()

    assert "ERROR_REASON_SERVICE_UNAVAILABLE" == lost.lost_reason
    assert [Verdict.MATCH] == [decided(update).verdict for update in told]
    assert told[0].lost_frame_count >= 1
    assert "" == told[0].lost_reason
    lines = "".join(running.processes["gateway"].lines)
    assert "incident" not in lines


async def test_a_service_that_hangs(tmp_path: Path) -> None:
    """Costs frames, not the stream; afterwards the newest frame is judged, not the oldest."""
    async with mesh(tmp_path) as running:
        await running.enrol("staff", p1="obama")
        async with watched(running, NOBODY, collection_id="staff") as (picture, camera):
            await camera.heard(lambda: bool(camera.opened))
            running.processes["detector"].stop()
            picture.shown = ALICE
            lost = await camera.hears(lambda update: update.lost_reason)
            os.kill(running.processes["detector"].pid, signal.SIGCONT)
            match = await camera.hears(is_verdict(Verdict.MATCH))
            picture.shown = None
            await camera.ends()

    assert "ERROR_REASON_DEADLINE_EXCEEDED" == lost.lost_reason
    assert match.dropped_frame_count > 10


@pytest.mark.parametrize("shown", [NOBODY, BOB], ids=["nobody in view", "somebody in view"])
async def test_connections_that_end(tmp_path: Path, shown: bytes) -> None:
    """A camera is watched for longer than a connection lasts, whoever is before it."""
    short = {"CONNECTION_AGE_S": 2, "GRACE_S": 1}
    async with mesh(tmp_path, gateway=short) as running:
        await running.enrol("staff", p1="obama")
        async with watched(running, shown, collection_id="staff") as (picture, camera):
            await camera.heard(lambda: len(camera.opened) >= 4)
            picture.shown = ALICE
            await camera.hears(is_verdict(Verdict.MATCH))
            picture.shown = None
            await camera.ends()


async def test_a_gateway_that_is_replaced(tmp_path: Path) -> None:
    """It stops without waiting for its cameras, and they go on with the next one."""
    async with mesh(tmp_path) as running:
        await running.enrol("staff", p1="obama")
        old = running.processes["gateway"]
        addresses = {
            name.upper(): f"127.0.0.1:{running.processes[name].port}"
            for name in ("detector", "embedder", "gallery")
        }
        async with watched(running, NOBODY, collection_id="staff") as (picture, camera):
            await camera.heard(lambda: bool(camera.opened))
            old.terminate()
            async with asyncio.timeout(5):  # half of what running calls would get
                code = await old.wait()
            async with service("gateway", PORT=old.port, DATA=tmp_path, **addresses):
                picture.shown = ALICE
                await camera.hears(is_verdict(Verdict.MATCH))
                picture.shown = None
                await camera.ends()

    assert 0 == code


async def test_a_camera_that_hangs_up(shared: Mesh) -> None:
    """Nothing is left of its stream; the next one is served."""
    await shared.enrol("hang-up", p1="obama")
    for _ in range(2):
        async with watched(shared, ALICE, collection_id="hang-up") as (_, camera):
            await camera.hears(is_verdict(Verdict.MATCH))
            await camera.hangs_up()
