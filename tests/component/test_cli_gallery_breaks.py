"""`sureface gallery import|export` when somebody or something breaks them off."""

import asyncio
import resource
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from client.exits import Exit
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.bulk import names, people, stream
from tests.cli import process
from tests.galleries import STAFF, Stub, create, stub
from tests.processes import Process, service
from tests.tables import write

MANY = 100_000
EVERYBODY = [f"p{n}" for n in range(MANY)]


async def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    """What is stored stays, and the same command does the rest."""
    path = write(tmp_path / "in", MANY)
    async with (
        service("gallery", PATH=tmp_path / "gallery.db") as server,
        stub(server.port) as gallery,
    ):
        first = process(*importing(path, server.port))
        await some(gallery)
        first.send_signal(signal.SIGINT)
        _, stderr = await asyncio.to_thread(first.communicate)
        second = process(*importing(path, server.port))
        stdout, _ = await asyncio.to_thread(second.communicate)

        assert (Exit.INTERRUPTED, Exit.OK) == (first.returncode, second.returncode)
        assert b"templates are stored; the same command goes on from there" in stderr
        assert b"going on: " in stdout
        assert EVERYBODY == await names(gallery)


async def test_an_import_outlives_the_gallery(tmp_path: Path) -> None:
    """Killed and started again, a gallery gets the rest from the command that still runs."""
    path, data = write(tmp_path / "in", MANY), tmp_path / "gallery.db"
    async with service("gallery", PATH=data) as server, stub(server.port) as gallery:
        port = server.port
        command = process(*importing(path, port))
        await some(gallery)
        server.kill()
    async with service("gallery", PATH=data, PORT=port), stub(port) as gallery:
        _, stderr = await asyncio.to_thread(command.communicate)

        assert (Exit.OK, b"") == (command.returncode, stderr)
        assert EVERYBODY == await names(gallery)


@pytest.fixture(name="server")
async def _server(tmp_path: Path) -> AsyncIterator[Process]:
    """A gallery that stores many."""
    async with (
        service("gallery", PATH=tmp_path / "gallery.db") as server,
        stub(server.port) as gallery,
    ):
        await gallery.CreateCollection(create())
        parts = [people(4000, first) for first in range(0, MANY, 4000)]
        await gallery.ImportTemplates(iter(stream(*parts)))
        yield server


async def test_an_export_outlives_the_gallery(server: Process, tmp_path: Path) -> None:
    """Killed and started again, a gallery gives the rest to the command that still runs."""
    out = tmp_path / "out"
    command = process(*exporting(out, server.port))
    await begun(out)
    server.kill()
    await server.wait()
    data = tmp_path / "gallery.db"
    async with service("gallery", PATH=data, PORT=server.port) as again:
        _, stderr = await asyncio.to_thread(command.communicate)

    assert (Exit.OK, b"") == (command.returncode, stderr)
    assert EVERYBODY == pq.read_table(out)["person_id"].to_pylist()
    assert any("ExportTemplates" in line for line in again.lines), "it was over before the kill"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_stopped_export_goes_on(server: Process, tmp_path: Path, number: int) -> None:
    """Nothing is lost, and nothing comes twice."""
    out = tmp_path / "out"
    first = process(*exporting(out, server.port))
    await begun(out)
    first.send_signal(number)
    _, stderr = await asyncio.to_thread(first.communicate)
    second = process(*exporting(out, server.port))
    await asyncio.to_thread(second.communicate)

    assert (Exit.INTERRUPTED, Exit.OK) == (first.returncode, second.returncode)
    assert b"sureface: stopped: " in stderr
    assert EVERYBODY == pq.read_table(out)["person_id"].to_pylist()
    assert [] == left(out)[1:]


async def test_a_full_disk_is_told(server: Process, tmp_path: Path) -> None:
    """In two lines: what is kept, and what is wrong; no broken file takes up the disk."""
    out = tmp_path / "out"
    command = process(*exporting(out, server.port))
    resource.prlimit(command.pid, resource.RLIMIT_FSIZE, (100_000, 100_000))
    _, stderr = await asyncio.to_thread(command.communicate)

    kept, wrong = stderr.decode().splitlines()
    assert Exit.USAGE == command.returncode
    assert "sureface: stopped: nothing is kept; the same command begins anew" == kept
    assert f"{out}: " in wrong
    assert "too large" in wrong
    assert [] == left(out)


def left(out: Path) -> list[Path]:
    """An export, and what stands beside it."""
    return sorted(out.parent.glob(f"{out.name}*"))


def importing(path: Path, port: int) -> list[object]:
    """The import as a command."""
    to_staff = ("--collection", STAFF, "--create")
    return ["gallery", "import", path, *to_staff, "--gallery", f"127.0.0.1:{port}"]


def exporting(path: Path, port: int) -> list[object]:
    """The export as a command."""
    return ["gallery", "export", path, "--collection", STAFF, "--gallery", f"127.0.0.1:{port}"]


async def some(gallery: Stub) -> None:
    """Wait until something is stored, which is long before all is."""
    while not any(  # noqa: ASYNC110  # it is in another process
        each.template_count
        for each in (await gallery.ListCollections(pb.ListCollectionsRequest())).collections
    ):
        await asyncio.sleep(0.005)


async def begun(out: Path) -> None:
    """Wait until an export writes, which is long before it has all."""
    while not out.with_name("out.new").exists():  # noqa: ASYNC110  # it is in another process
        await asyncio.sleep(0.005)
