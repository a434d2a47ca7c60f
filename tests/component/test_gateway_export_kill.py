"""A long export outlives the gateway that it began with."""

import asyncio
from io import BytesIO
from pathlib import Path

import pytest

from client import AsyncSureface
from client.excerpt import collect
from gateway.records.log import DecisionLog
from meshkit.chain import FOLDER, PLAIN, Period
from tests.chains import TIME, lines_of
from tests.processes import service
from tests.records import kept

COUNT = 20_000
"""Records of 1.5 kB: more than what is on its way at any instant."""


@pytest.mark.timeout(300)
async def test_an_export_outlives_a_kill(tmp_path: Path) -> None:
    """Whoever walks on gets the rest from the next gateway on that log, without a gap."""
    record = {"kind": "decision", "time": TIME, "text": "x" * 1300}
    with DecisionLog(tmp_path) as log:
        await asyncio.gather(*(log.append(record) for _ in range(COUNT)))
    async with service("gateway", DATA=tmp_path) as process:
        port = process.port
        mesh = AsyncSureface(f"127.0.0.1:{port}")
        walk = mesh.export_records()
        parts = [await anext(walk)]
        process.kill()
        await process.wait()
    async with service("gateway", DATA=tmp_path, PORT=port), mesh:
        parts += [part async for part in walk]

    out = BytesIO()
    excerpt = collect(parts, PLAIN, Period(since=None, until=None), out)
    lines = out.getvalue().splitlines(keepends=True)[:-1]
    assert [line for _, line in lines_of(tmp_path / FOLDER)][: len(lines)] == lines
    assert COUNT < excerpt.record_count == len(lines)
    begun = [each for each in kept(tmp_path) if each["kind"] == "access_begin"]
    assert ["ExportRecords"] * 2 == [each["call"] for each in begun]
