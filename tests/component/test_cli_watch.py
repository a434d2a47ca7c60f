"""`sureface watch`: pictures as a camera would send them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faces.errors import SceneUnknown
from sureface.access.v1 import access_pb2 as pb
from tests import answers
from tests.cli import run
from tests.fake_gateway import FakeGateway

AT_ONCE = ("--fps", "60", "--scene", "s", "--collection", "staff")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    for number in (2, 10, 1):
        (tmp_path / f"{number:02}.jpg").write_bytes(b"%d" % number)
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def test_a_folder_is_shown_in_order(gateway: FakeGateway, folder: Path) -> None:
    """By name, at a steady pace; each verdict is a line, and dropped frames are counted."""
    result = run(gateway, "watch", folder, *AT_ONCE, "--camera", "gate-7")

    assert [b"1", b"2", b"10"] == [r.frame.image.data for r in gateway.requests[1:]]
    offsets = [request.frame.offset_ms for request in gateway.requests[1:]]
    assert offsets[2] - offsets[0] >= 30
    assert pb.StreamSettings(scene="s", collection_id="staff", camera_id="gate-7") == (
        gateway.requests[0].settings
    )
    *lines, count = result.stdout.splitlines()
    assert ["#1", "#2", "#3"] == [line.split()[2] for line in lines]
    assert "MATCH      accept            resembles p-1, similarity 0.710" in lines[0]
    assert "3 frames; of them, 0 were dropped" == count
    assert 0 == result.exit_code


def test_advice_and_lost_frames_are_said(gateway: FakeGateway, photo: Path) -> None:
    """What people can do, and that the mesh cannot."""

    def script(requests: Iterator[Any]) -> Iterator[Any]:
        list(requests)
        yield pb.IdentifyStreamResponse()
        yield pb.IdentifyStreamResponse(track_id="#1", decision=answers.decision("RECAPTURE"))
        yield pb.IdentifyStreamResponse(
            lost_frame_count=1, lost_reason="ERROR_REASON_SERVICE_UNAVAILABLE"
        )
        yield pb.IdentifyStreamResponse(lost_frame_count=2, dropped_frame_count=5)

    def opened(requests: Iterator[Any]) -> Iterator[Any]:
        yield pb.IdentifyStreamResponse()
        yield from script(requests)

    gateway.answers["IdentifyStream"] = opened
    lines = run(gateway, "watch", photo, *AT_ONCE).stdout.splitlines()

    assert lines[0].endswith("hold still")
    assert [
        "frames are lost: SERVICE_UNAVAILABLE",
        "frames are judged again; 2 were lost",
        "1 frames; of them, 5 were dropped",
    ] == lines[1:]


def test_programs_get_a_document(gateway: FakeGateway, photo: Path) -> None:
    """All that was told, in order, with --json."""
    result = run(gateway, "watch", photo, *AT_ONCE, "--json")

    first, told = json.loads(result.stdout)
    assert first["decision"] is None
    assert ("#1", "match", "p-1") == (
        told["track_id"],
        told["decision"]["verdict"],
        told["candidate"]["person_id"],
    )


def test_a_refusal_shows_in_the_code(gateway: FakeGateway, photo: Path) -> None:
    """As for every other command."""
    gateway.answers["IdentifyStream"] = SceneUnknown(scene="s")

    assert 5 == run(gateway, "watch", photo, *AT_ONCE).exit_code


def test_nothing_to_show_is_wrong_use(gateway: FakeGateway, tmp_path: Path) -> None:
    """An empty folder is a mistake."""
    assert 2 == run(gateway, "watch", tmp_path, *AT_ONCE).exit_code
