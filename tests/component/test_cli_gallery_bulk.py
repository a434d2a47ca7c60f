"""`sureface gallery import|export` against a real gallery."""

import asyncio
import json
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from client.cli import main
from client.exits import Exit
from services.gallery.app import open_app
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.bulk import exported, names
from tests.cli import process
from tests.galleries import STAFF, Stub, config, stub, unit_vectors
from tests.processes import service
from tests.tables import vectors, write

TO_STAFF = ("--collection", STAFF, "--create")
MANY = 100_000


class Mesh:
    """A gallery, and the command line that talks to it."""

    def __init__(self, port: int, gallery: Stub) -> None:
        self.gallery = gallery
        self._env = {"SUREFACE_GALLERY": f"127.0.0.1:{port}"}

    async def run(self, *arguments: object) -> Result:
        """Run ``sureface gallery`` while the gallery serves."""
        words = ["gallery", *map(str, arguments)]
        runner = CliRunner(env=self._env)
        return await asyncio.to_thread(runner.invoke, main, words, prog_name="sureface")

    async def stored(self) -> int:
        """Templates in the collection; 0 if it is not there."""
        reply = await self.gallery.ListCollections(pb.ListCollectionsRequest())
        return sum(each.template_count for each in reply.collections)


@pytest.fixture(name="mesh")
async def _mesh(tmp_path: Path) -> AsyncIterator[Mesh]:
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        yield Mesh(port, gallery)


async def test_imports_a_file(mesh: Mesh, tmp_path: Path) -> None:
    """Into a collection that is made for it, in as many messages as it takes."""
    path = write(tmp_path / "in.parquet", 10_000, group=3000)

    result = await mesh.run("import", path, *TO_STAFF, "--json")

    assert (Exit.OK, "") == (result.exit_code, result.stderr)
    document = json.loads(result.stdout)
    assert (STAFF, 10_000, 10_000) == tuple(
        document[key] for key in ("collection_id", "template_count", "imported_count")
    )
    assert [f"p{n}" for n in range(10_000)] == await names(mesh.gallery)


async def test_an_export_is_an_import(mesh: Mesh, tmp_path: Path) -> None:
    """A collection that went through a file is the same one."""
    told = pa.array([[("group", "night")], [], []], pa.map_(pa.string(), pa.string()))
    seen = pa.array([5, None, 7], pa.timestamp("us", tz="UTC"))
    rich = {"person_labels": told, "capture_time": seen, "source_id": ["a", "b", "c"]}
    await mesh.run("import", write(tmp_path / "in.parquet", 3, **rich), *TO_STAFF)
    await mesh.run("export", tmp_path / "a.parquet", "--collection", STAFF)
    await mesh.run("import", tmp_path / "a.parquet", "--collection", "other", "--create")
    result = await mesh.run("export", tmp_path / "b.parquet", "--collection", "other")

    ours = ["template_id", "create_time"]
    first, second = (pq.read_table(tmp_path / f"{name}.parquet") for name in "ab")
    assert "exported 3 templates" in result.stdout
    assert first.drop_columns(ours).to_pylist() == second.drop_columns(ours).to_pylist()
    assert [("group", "night")] == first["person_labels"].to_pylist()[0]
    assert unit_vectors(3).tolist() == np.array(first["vector"].to_pylist(), "f4").tolist()


async def test_the_same_import_again_does_nothing(mesh: Mesh, tmp_path: Path) -> None:
    """Unless it is given another identifier."""
    path = write(tmp_path / "in.parquet", 3)
    await mesh.run("import", path, *TO_STAFF)
    again = await mesh.run("import", path, *TO_STAFF)
    copy = await mesh.run("import", path.rename(tmp_path / "other.parquet"), *TO_STAFF)
    once_more = tmp_path / "other.parquet", "--import-id", uuid.uuid4()

    assert "nothing to do: all 3 templates were imported into staff before" in again.stdout
    assert again.stdout == copy.stdout
    assert 3 == await mesh.stored()
    await mesh.run("import", *once_more, *TO_STAFF)
    assert 6 == await mesh.stored()


async def test_a_collection_that_came_back_is_another(mesh: Mesh, tmp_path: Path) -> None:
    """What was imported into one that was deleted is imported again."""
    path = write(tmp_path / "in.parquet", 3)
    for _ in range(2):
        assert "imported 3" in (await mesh.run("import", path, *TO_STAFF)).stdout
        gone = pb.DeleteCollectionRequest(request_id=str(uuid.uuid4()), collection_id=STAFF)
        await mesh.gallery.DeleteCollection(gone)


async def test_a_refused_row_is_named_and_mended(mesh: Mesh, tmp_path: Path) -> None:
    """What comes before it is stored; with it mended, the same import goes on."""
    ids = [f"p{n}" for n in range(9000)]
    bad = [*ids[:5000], "no one", *ids[5001:]]
    stopped = await mesh.run("import", write(tmp_path / "in", 9000, person_id=bad), *TO_STAFF)
    [line, reason] = stopped.stderr.splitlines()
    before = await mesh.stored()
    name = line.partition("--import-id ")[2].split()[0]
    mended = write(tmp_path / "in", 9000, person_id=ids)
    result = await mesh.run("import", mended, *TO_STAFF, "--import-id", name)

    assert Exit.REFUSED == stopped.exit_code
    assert "4,096 of 9,000 templates are stored; row 5000 is refused" in line
    assert "records[904].person_id" in reason
    assert 4096 == before
    assert "going on: 4,096 of 9,000 templates are stored already" in result.stdout
    assert ids == await names(mesh.gallery)


@pytest.mark.parametrize(
    ("columns", "options", "refusal"),
    [
        pytest.param({"metadata": None}, [], (Exit.USAGE, "use --contract"), id="no contract"),
        pytest.param(
            {"metadata": None},
            ["--contract", "arc9"],
            (Exit.REFUSED, "CONTRACT_MISMATCH"),
            id="another contract",
        ),
        pytest.param(
            {"vector": vectors(3, dimension=4)},
            [],
            (Exit.USAGE, "its vectors have 4 values, those of the collection 8"),
            id="another width",
        ),
        pytest.param(
            {"quality": [0.5, None, 0.5]}, [], (Exit.USAGE, "row 1: quality is null"), id="a null"
        ),
        pytest.param(
            {}, ["--collection", "nowhere"], (Exit.REFUSED, "COLLECTION_NOT_FOUND"), id="nowhere"
        ),
    ],
)
async def test_refuses_in_words(
    mesh: Mesh, tmp_path: Path, columns: Any, options: list[str], refusal: tuple[Exit, str]
) -> None:
    """Nothing is written, a line of stderr says why, the exit code whose turn it is."""
    await mesh.run("import", write(tmp_path / "first", 1), *TO_STAFF)
    path = write(tmp_path / "in", 3, **columns)

    result = await mesh.run("import", path, "--collection", STAFF, *options)

    code, text = refusal
    assert code == result.exit_code
    assert text in result.stderr.splitlines()[-1]
    assert ["p0"] == await names(mesh.gallery)


async def test_an_export_goes_on(mesh: Mesh, tmp_path: Path) -> None:
    """With what an earlier one left; a file that is there is not overwritten."""
    await mesh.run("import", write(tmp_path / "in", 5000), *TO_STAFF)
    out = tmp_path / "out"
    await mesh.run("export", out, "--collection", STAFF)
    out.rename(tmp_path / "out.part")
    more = write(tmp_path / "more", 10, vector=vectors(10, seed=1))
    await mesh.run("import", more, "--collection", STAFF)

    result = await mesh.run("export", out, "--collection", STAFF)
    again = await mesh.run("export", out, "--collection", STAFF)

    assert "going on behind the 5,000 templates" in result.stdout
    assert [each.template_id for each in await exported(mesh.gallery)] == pq.read_table(out)[
        "template_id"
    ].to_pylist()
    assert (Exit.USAGE, True) == (again.exit_code, "is there already" in again.stderr)


async def test_says_what_to_install(
    mesh: Mesh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without pyarrow, one line; and no other command needs it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    result = await mesh.run("export", tmp_path / "out", "--collection", STAFF)

    assert Exit.USAGE == result.exit_code
    assert "sureface: this needs pyarrow: pip install 'sureface[bulk]'\n" == result.stderr


async def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    """What is stored stays, and the same command does the rest."""
    path = write(tmp_path / "in", MANY)
    async with (
        service("gallery", PATH=tmp_path / "gallery.db") as server,
        stub(server.port) as gallery,
    ):
        mesh = Mesh(server.port, gallery)
        first = process(*importing(path, server.port))
        await some(mesh)
        first.send_signal(signal.SIGINT)
        _, stderr = await asyncio.to_thread(first.communicate)
        second = process(*importing(path, server.port))
        stdout, _ = await asyncio.to_thread(second.communicate)

        assert (Exit.INTERRUPTED, Exit.OK) == (first.returncode, second.returncode)
        assert b"templates are stored; the same command goes on from there" in stderr
        assert b"going on: " in stdout
        assert [f"p{n}" for n in range(MANY)] == await names(gallery)


async def test_an_import_outlives_the_gallery(tmp_path: Path) -> None:
    """Killed and started again, a gallery gets the rest from the command that still runs."""
    path, data = write(tmp_path / "in", MANY), tmp_path / "gallery.db"
    async with service("gallery", PATH=data) as server, stub(server.port) as gallery:
        port = server.port
        command = process(*importing(path, port))
        await some(Mesh(port, gallery))
        server.kill()
    async with service("gallery", PATH=data, PORT=port), stub(port) as gallery:
        _, stderr = await asyncio.to_thread(command.communicate)

        assert (Exit.OK, b"") == (command.returncode, stderr)
        assert [f"p{n}" for n in range(MANY)] == await names(gallery)


def importing(path: Path, port: int) -> list[object]:
    """The import as a command."""
    return ["gallery", "import", path, *TO_STAFF, "--gallery", f"127.0.0.1:{port}"]


async def some(mesh: Mesh) -> None:
    """Wait until something is stored, which is long before all is."""
    while not await mesh.stored():  # noqa: ASYNC110  # it is in another process
        await asyncio.sleep(0.005)
