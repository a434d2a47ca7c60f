"""Entries of calls are kept before anything is told, and cannot be changed unnoticed."""

from pathlib import Path

import pytest

from meshkit.chain import FOLDER, PLAIN, verify
from sureface.access.v1 import access_pb2
from sureface.analysis.v1 import analysis_pb2
from tests.accesses import call, full_disk, gateway
from tests.audits import run
from tests.backends import BRIGHT, picture
from tests.chains import lines_of, put
from tests.records import kept

pytestmark = pytest.mark.timeout(300)

PHOTO = analysis_pb2.ExtractRequest(image=picture(BRIGHT))
CAMERA = access_pb2.IdentifyStreamRequest(
    settings=access_pb2.StreamSettings(
        scene="access_control", collection_id="staff", camera_id="gate-7"
    )
)


async def test_nothing_is_told_that_is_not_on_record(tmp_path: Path) -> None:
    """A full disk fails calls and streams for a reason, before they tell; others go on."""
    async with gateway(tmp_path) as (process, door):
        first = await call(door, "Extract", PHOTO)
        with full_disk(process, tmp_path):
            refused = {
                "Extract": await call(door, "Extract", PHOTO),
                "ListReviews": await call(door, "ListReviews"),
                "IdentifyStream": await call(door, "IdentifyStream", CAMERA),
            }
            free = await call(door, "ListPolicies")
        last = await call(door, "Extract", PHOTO)

    assert dict.fromkeys(refused, "UNAVAILABLE STORE_UNAVAILABLE") == refused
    assert ("OK", "OK", "OK") == (first, free, last)
    verify(tmp_path / FOLDER, PLAIN)
    assert ["Extract", "Extract"] == [each["call"] for each in kept(tmp_path)]


async def test_an_entry_that_was_changed_is_named(tmp_path: Path) -> None:
    """As any other record: in the log, and in an excerpt of it."""
    out = tmp_path / "out.jsonl"
    async with gateway(tmp_path) as (_, door):
        await call(door, "Extract", PHOTO)
    whole = [
        run("verify", "--data", tmp_path),
        run("export", "--data", tmp_path, "--out", out),
        run("verify", out),
    ]
    lines = lines_of(tmp_path / FOLDER)
    [place] = [n for n, (_, line) in enumerate(lines, 1) if b'"kind":"access"' in line]
    file, line = lines[place - 1]
    lines[place - 1] = (file, line.replace(b'"a-enroller"', b'"a-reviewer"'))
    put(lines)
    out.write_bytes(out.read_bytes().replace(b'"outcome":"OK"', b'"outcome":"NO"'))

    broken = [run("verify", "--data", tmp_path), run("verify", out)]

    assert [0, 0, 0] == [each.exit_code for each in whole]
    assert "1 access, 1 start" in whole[0].output
    assert [8, 8] == [each.exit_code for each in broken]
    for found, where in zip(broken, (file, out), strict=True):
        assert f"record {place}, {where.name} line {place}: its content" in found.stderr
