"""Auditors without a shell on the gateway's machine: a real gateway, real keys, the command."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from client import AsyncSureface
from client.cli import main
from client.exits import Exit
from faces.errors import CallNotPermitted, FaceError, LogBroken, OutOfReach, Unauthenticated
from meshkit.chain import FOLDER, Head
from meshkit.chain.segments import segments
from meshkit.keys.key import Role
from tests.accesses import KEYS, call, gateway
from tests.chains import lines_of
from tests.identities import Door, Held, held, write
from tests.processes import Process
from tests.records import kept

pytestmark = pytest.mark.timeout(300)

AUDITOR = KEYS[Role.AUDITOR]


class Site:
    """A gateway that runs, and what is on its disk."""

    def __init__(self, process: Process, door: Door, folder: Path) -> None:
        self.address = f"127.0.0.1:{process.port}"
        self.door = door
        self.folder = folder / FOLDER
        self.out = folder / "out.jsonl"

    async def audit(self, *words: object) -> Result:
        """Run ``sureface audit`` as an auditor."""
        runner = CliRunner(env={"SUREFACE_API_KEY": AUDITOR.credential})
        arguments = ["audit", *map(str, words)]
        return await asyncio.to_thread(runner.invoke, main, arguments, prog_name="sureface")

    async def export(self, *words: object) -> Result:
        return await self.audit("export", "--gateway", self.address, *words, "--out", self.out)

    def mesh(self, key: Held | None) -> AsyncSureface:
        return AsyncSureface(self.address, api_key=key.credential if key else None)

    @property
    def written(self) -> list[bytes]:
        return [line for _, line in lines_of(self.folder)]

    @property
    def exported(self) -> list[bytes]:
        """Without the proof."""
        return self.out.read_bytes().splitlines(keepends=True)[:-1]


@pytest.fixture(name="site")
async def _site(tmp_path: Path) -> AsyncIterator[Site]:
    """With some records of calls."""
    async with gateway(tmp_path) as (process, door):
        for name in ("Extract", "GetPerson", "ListReviews"):
            await call(door, name)
        yield Site(process, door, tmp_path)


async def test_an_auditor_gets_the_log_and_verifies_it(site: Site) -> None:
    """All that was on record when they asked; that they did is on record then."""
    before = site.written
    answer = await site.export()

    assert (Exit.OK, before) == (answer.exit_code, site.exported)
    head = json.loads(before[-1])
    told = Head(head["position"], head["hash"])
    assert f"head  {told}" in answer.stdout
    assert Exit.OK == (await site.audit("verify", site.out, "--head", told)).exit_code
    begun, ended = (json.loads(line) for line in site.written[len(before) :])
    who = {"call": "ExportRecords", "key_id": AUDITOR.key.key_id, "roles": ["auditor"]}
    assert {"kind": "access_begin", **who}.items() <= begun.items()
    assert {"kind": "access", "outcome": "OK", **who}.items() <= ended.items()
    assert {"requests": 1, "answers": 1, "records": len(before)} == ended["counts"]


async def test_an_export_goes_on_where_the_last_one_ended(site: Site) -> None:
    """Both together are the log, and hang together by what the first one told."""
    await site.export()
    first, told = site.exported, json.loads(site.out.read_bytes().splitlines()[-1])["head"]
    site.out.unlink()
    await call(site.door, "GetPerson")
    before = site.written
    answer = await site.export("--after", told)

    assert (Exit.OK, before) == (answer.exit_code, first + site.exported)
    assert len(first) < len(before)
    assert Exit.OK == (await site.audit("verify", site.out, "--head", told)).exit_code


async def test_everybody_else_is_refused(site: Site) -> None:
    """By role, and who has no credential at all; nothing of the log leaves."""
    others = [*(key for role, key in KEYS.items() if role is not Role.AUDITOR), None]
    refusals = []
    for key in others:
        async with site.mesh(key) as mesh:
            with pytest.raises(FaceError) as failure:
                await anext(aiter(mesh.export_records()))
            refusals.append(type(failure.value))

    assert [*(CallNotPermitted for _ in others[1:]), Unauthenticated] == refusals


async def test_a_limited_auditor_is_refused(tmp_path: Path) -> None:
    """The log tells of all collections."""
    limited = held(Role.AUDITOR, name="half", collections=("staff",))
    async with gateway(tmp_path) as (process, door):
        site = Site(process, door, tmp_path)
        write(tmp_path / "keys.json", [*KEYS.values(), limited])
        async with site.mesh(limited) as mesh, asyncio.timeout(60):
            failure = await first_refusal(mesh)

    assert isinstance(failure, OutOfReach)
    assert [] == [each for each in kept(tmp_path) if each["kind"] == "access_begin"]


async def first_refusal(mesh: AsyncSureface) -> FaceError:
    """What a call comes to, once the gateway knows the key."""
    while True:
        try:
            await anext(aiter(mesh.export_records()))
        except Unauthenticated:
            await asyncio.sleep(0.1)
        except FaceError as failure:
            return failure


async def test_a_record_that_was_tampered_with_is_found(site: Site) -> None:
    """While the gateway runs; no file is made of such a log, and the attempt is on record."""
    [file] = segments(site.folder)
    lines = file.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b'"call":"Extract"', b'"call":"Enhance"')
    file.write_bytes(b"".join(lines))
    answer = await site.export()
    async with site.mesh(AUDITOR) as mesh:
        with pytest.raises(LogBroken) as failure:
            _ = [part async for part in mesh.export_records()]

    place = "the decision log is broken at record 2: its content does not fit its hash: changed"
    assert (Exit.BROKEN, False) == (answer.exit_code, site.out.exists())
    assert place in answer.stderr
    assert str(failure.value) == place
    assert "ERROR_REASON_LOG_BROKEN" == json.loads(site.written[-1])["error"]


async def test_a_log_that_was_cut_is_found(site: Site) -> None:
    """By whoever noted a record that is gone, and by the gateway that wrote it."""
    [file] = segments(site.folder)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    cut = await site.export()
    beyond = await site.export("--after", Head(len(lines) + 99, "a" * 64))

    assert (Exit.BROKEN, Exit.BROKEN) == (cut.exit_code, beyond.exit_code)
    assert f"broken at record {len(lines)}" in cut.stderr
    assert f"record {len(lines) + 99} is not in the log" in beyond.stderr
