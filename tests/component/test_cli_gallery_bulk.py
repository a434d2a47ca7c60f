"""`sureface gallery import|export` against a real gallery."""

import json
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from client.exits import Exit
from services.gallery.app import open_app
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.bulk import exported, names
from tests.cli import Operator
from tests.galleries import DIMENSION, STAFF, config, create, stub, unit_vectors
from tests.tables import vectors, write

TO_STAFF = ("--collection", STAFF, "--create")


async def stored(operator: Operator) -> int:
    """Templates in the collection; 0 if it is not there."""
    reply = await operator.gallery.ListCollections(pb.ListCollectionsRequest())
    return sum(each.template_count for each in reply.collections)


@pytest.fixture(name="operator")
async def _operator(tmp_path: Path) -> AsyncIterator[Operator]:
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        yield Operator(port, gallery)


async def test_imports_a_file(operator: Operator, tmp_path: Path) -> None:
    """Into a collection that is made for it, in as many messages as it takes."""
    path = write(tmp_path / "in.parquet", 10_000, group=3000)

    result = await operator.run("import", path, *TO_STAFF, "--json")

    assert (Exit.OK, "") == (result.exit_code, result.stderr)
    document = json.loads(result.stdout)
    assert (STAFF, 10_000, 10_000) == tuple(
        document[key] for key in ("collection_id", "template_count", "imported_count")
    )
    assert [f"p{n}" for n in range(10_000)] == await names(operator.gallery)


async def test_an_export_is_an_import(operator: Operator, tmp_path: Path) -> None:
    """A collection that went through a file is the same one."""
    told = pa.array([[("group", "night")], [], []], pa.map_(pa.string(), pa.string()))
    seen = pa.array([5, None, 7], pa.timestamp("us", tz="UTC"))
    rich = {"person_labels": told, "capture_time": seen, "source_id": ["a", "b", "c"]}
    await operator.run("import", write(tmp_path / "in.parquet", 3, **rich), *TO_STAFF)
    await operator.run("export", tmp_path / "a.parquet", "--collection", STAFF)
    await operator.run("import", tmp_path / "a.parquet", "--collection", "other", "--create")
    result = await operator.run("export", tmp_path / "b.parquet", "--collection", "other")

    ours = ["template_id", "create_time"]
    first, second = (pq.read_table(tmp_path / f"{name}.parquet") for name in "ab")
    assert "exported 3 templates" in result.stdout
    assert first.drop_columns(ours).to_pylist() == second.drop_columns(ours).to_pylist()
    assert [("group", "night")] == first["person_labels"].to_pylist()[0]
    assert unit_vectors(3).tolist() == np.array(first["vector"].to_pylist(), "f4").tolist()


async def test_an_empty_collection_moves(operator: Operator, tmp_path: Path) -> None:
    """Its export says how long its vectors would be, so that it can be made again."""
    await operator.gallery.CreateCollection(create())
    await operator.run("export", tmp_path / "out", "--collection", STAFF)
    result = await operator.run("import", tmp_path / "out", "--collection", "other", "--create")

    assert (Exit.OK, "") == (result.exit_code, result.stderr)
    made = (await operator.gallery.ListCollections(pb.ListCollectionsRequest())).collections
    assert [("other", DIMENSION), (STAFF, DIMENSION)] == [
        (each.collection_id, each.dimension) for each in made
    ]


async def test_the_same_import_again_does_nothing(operator: Operator, tmp_path: Path) -> None:
    """Unless it is given another identifier."""
    path = write(tmp_path / "in.parquet", 3)
    await operator.run("import", path, *TO_STAFF)
    again = await operator.run("import", path, *TO_STAFF)
    copy = await operator.run("import", path.rename(tmp_path / "other.parquet"), *TO_STAFF)
    once_more = tmp_path / "other.parquet", "--import-id", uuid.uuid4()

    assert "nothing to do: all 3 templates were imported into staff before" in again.stdout
    assert again.stdout == copy.stdout
    assert 3 == await stored(operator)
    await operator.run("import", *once_more, *TO_STAFF)
    assert 6 == await stored(operator)


async def test_a_collection_that_came_back_is_another(operator: Operator, tmp_path: Path) -> None:
    """What was imported into one that was deleted is imported again."""
    path = write(tmp_path / "in.parquet", 3)
    for _ in range(2):
        assert "imported 3" in (await operator.run("import", path, *TO_STAFF)).stdout
        gone = pb.DeleteCollectionRequest(request_id=str(uuid.uuid4()), collection_id=STAFF)
        await operator.gallery.DeleteCollection(gone)


async def test_a_refused_row_is_named_and_mended(operator: Operator, tmp_path: Path) -> None:
    """What comes before it is stored; with it mended, the same import goes on."""
    ids = [f"p{n}" for n in range(9000)]
    bad = [*ids[:5000], "no one", *ids[5001:]]
    stopped = await operator.run("import", write(tmp_path / "in", 9000, person_id=bad), *TO_STAFF)
    [line, reason] = stopped.stderr.splitlines()
    before = await stored(operator)
    name = line.partition("--import-id ")[2].split()[0]
    mended = write(tmp_path / "in", 9000, person_id=ids)
    result = await operator.run("import", mended, *TO_STAFF, "--import-id", name)

    assert Exit.REFUSED == stopped.exit_code
    assert "4,096 of 9,000 templates are stored; row 5000 is refused" in line
    assert "records[904].person_id" in reason
    assert 4096 == before
    assert "going on: 4,096 of 9,000 templates are stored already" in result.stdout
    assert ids == await names(operator.gallery)


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
            {"vector": ["seven.."] * 3},
            ["--collection", "new", "--create"],
            (Exit.USAGE, "vector must be a list"),
            id="a text for a vector",
        ),
        pytest.param(
            {}, ["--collection", "nowhere"], (Exit.REFUSED, "COLLECTION_NOT_FOUND"), id="nowhere"
        ),
    ],
)
async def test_refuses_in_words(
    operator: Operator, tmp_path: Path, columns: Any, options: list[str], refusal: tuple[Exit, str]
) -> None:
    """Nothing is written, a line of stderr says why, the exit code whose turn it is."""
    await operator.run("import", write(tmp_path / "first", 1), *TO_STAFF)
    path = write(tmp_path / "in", 3, **columns)

    result = await operator.run("import", path, "--collection", STAFF, *options)

    code, text = refusal
    assert code == result.exit_code
    assert text in result.stderr.splitlines()[-1]
    assert ["p0"] == await names(operator.gallery)
    assert 1 == len(
        (await operator.gallery.ListCollections(pb.ListCollectionsRequest())).collections
    )


async def test_an_export_goes_on(operator: Operator, tmp_path: Path) -> None:
    """With what an earlier one left; a file that is there is not overwritten."""
    await operator.run("import", write(tmp_path / "in", 5000), *TO_STAFF)
    out = tmp_path / "out"
    await operator.run("export", out, "--collection", STAFF)
    out.rename(tmp_path / "out.part")
    more = write(tmp_path / "more", 10, vector=vectors(10, seed=1))
    await operator.run("import", more, "--collection", STAFF)

    result = await operator.run("export", out, "--collection", STAFF)
    again = await operator.run("export", out, "--collection", STAFF)

    assert "going on behind the 5,000 templates" in result.stdout
    assert [each.template_id for each in await exported(operator.gallery)] == pq.read_table(out)[
        "template_id"
    ].to_pylist()
    assert (Exit.USAGE, True) == (again.exit_code, "is there already" in again.stderr)


async def test_says_what_to_install(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without pyarrow, one line; and no other command needs it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    result = await operator.run("export", tmp_path / "out", "--collection", STAFF)

    assert Exit.USAGE == result.exit_code
    assert "sureface: this needs pyarrow: pip install 'sureface[bulk]'\n" == result.stderr
