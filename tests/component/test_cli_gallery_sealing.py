"""`sureface gallery reseal`, exports under a key, and what `sureface status` says of keys."""

import dataclasses
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from client.exits import Exit
from client.up.inspect import seen
from meshkit.sealing import UNSEALED
from services.gallery.app import open_app
from tests.bulk import names, people, stream
from tests.cli import Operator
from tests.galleries import STAFF, config, create, stub, unit_vectors
from tests.sealing import KEY, OTHER, key_file, key_id
from tests.tables import write

COUNT = 1200


@pytest.fixture(name="keys")
def _keys(tmp_path: Path) -> Path:
    return key_file(tmp_path / "keys", UNSEALED)


@pytest.fixture(name="operator")
async def _operator(tmp_path: Path, keys: Path) -> AsyncIterator[Operator]:
    gallery_config = dataclasses.replace(config(tmp_path / "gallery.db"), sealing_keys=keys)
    async with open_app(gallery_config) as port, stub(port) as gallery:
        mesh = {"services": {"gateway": {"port": 1, "pid": 0}, "gallery": {"port": port}}}
        mesh["services"]["gallery"]["pid"] = os.getpid()
        (tmp_path / "mesh.json").write_text(json.dumps(mesh))
        await gallery.CreateCollection(create())
        yield Operator(port, gallery)


def exported(folder: Path) -> list[Path]:
    """What an export to ``out.parquet`` has left."""
    return list(folder.glob("out.parquet*"))


async def status(folder: Path) -> str:
    """What `sureface status` shows beside the gallery."""
    [told] = [each.model for each in await seen("127.0.0.1:1", folder, None, {}) if each.pid]
    return told


async def test_seals_what_there_is(operator: Operator, keys: Path, tmp_path: Path) -> None:
    """With the keys as the file has them now; and says with which, before and after."""
    await operator.gallery.ImportTemplates(iter(stream(people(COUNT))))
    told = [await status(tmp_path)]
    none = await operator.run("reseal")
    key_file(keys, KEY, UNSEALED)
    first = await operator.run("reseal")
    told.append(await status(tmp_path))
    again = json.loads((await operator.run("reseal", "--json")).stdout)

    assert ["templates not encrypted", f"key {key_id(KEY)}"] == told
    assert f"templates are not encrypted: {COUNT:,} looked at\n" == none.stdout
    assert (Exit.OK, f"all {COUNT:,} templates are encrypted with key {key_id(KEY)}\n") == (
        first.exit_code,
        first.stdout,
    )
    assert (COUNT, 0, True) == (
        again["template_count"],
        again["resealed_count"],
        again["done"],
    )


@pytest.mark.parametrize(
    "line", [pytest.param("nonsense", id="no key"), pytest.param(KEY, id="one is missing")]
)
async def test_keys_that_cannot_do_are_refused(operator: Operator, keys: Path, line: str) -> None:
    """Nothing changes; the gallery's log has what is wrong with them."""
    await operator.gallery.ImportTemplates(iter(stream(people(3))))
    key_file(keys, line)

    result = await operator.run("reseal")

    assert Exit.REFUSED == result.exit_code
    assert "the gallery cannot use the keys that it is given" in result.stderr
    assert line not in result.stderr
    assert ["p0", "p1", "p2"] == await names(operator.gallery)


async def test_an_export_is_encrypted_with_a_key(operator: Operator, tmp_path: Path) -> None:
    """No vector and no name is in it; whoever has the key imports it, and nobody else."""
    key, wrong = key_file(tmp_path / "key", KEY), key_file(tmp_path / "wrong", OTHER)
    path, plain = tmp_path / "out.parquet", tmp_path / "plain.parquet"
    await operator.run("import", write(tmp_path / "in.parquet", 3), "--collection", STAFF)
    to = ("--collection", "other", "--create")
    for file, more in ((path, ("--sealing-keys", key)), (plain, ())):
        done = await operator.run("export", file, "--collection", STAFF, *more)
        assert (Exit.OK, "") == (done.exit_code, done.stderr)
    vector = unit_vectors(3)[1].tobytes()

    assert [True, False] == [vector in file.read_bytes() for file in (plain, path)]
    assert [True, False] == [b"person_id" in file.read_bytes() for file in (plain, path)]
    closed = await operator.run("import", path, *to)
    assert (
        Exit.USAGE,
        f"sureface: {path}: it is encrypted: --sealing-keys names the file of its key\n",
    ) == (
        closed.exit_code,
        closed.stderr,
    )
    foreign = await operator.run("import", path, *to, "--sealing-keys", wrong)
    assert Exit.USAGE == foreign.exit_code
    assert f"sealed with key {key_id(KEY)}, which is not there" in foreign.stderr
    opened = await operator.run("import", path, *to, "--sealing-keys", key_file(wrong, OTHER, KEY))
    assert (Exit.OK, "") == (opened.exit_code, opened.stderr)
    assert ["p0", "p1", "p2"] == await names(operator.gallery, "other")


async def test_an_export_that_is_not_encrypted_says_so(
    operator: Operator, keys: Path, tmp_path: Path
) -> None:
    """Where the gallery's own templates are."""
    key_file(keys, KEY, UNSEALED)
    await operator.run("reseal")

    result = await operator.run("export", tmp_path / "out.parquet", "--collection", STAFF)

    assert Exit.OK == result.exit_code
    assert "is not encrypted, as the gallery's templates are: see --sealing-keys" in result.stderr


async def test_an_export_is_never_encrypted_without_a_key(
    operator: Operator, tmp_path: Path
) -> None:
    """The data key would be in the file for all to read; nothing is written."""
    path, first = tmp_path / "out.parquet", key_file(tmp_path / "first", UNSEALED, KEY)
    await operator.run("import", write(tmp_path / "in.parquet", 3), "--collection", STAFF)

    result = await operator.run("export", path, "--collection", STAFF, "--sealing-keys", first)

    assert Exit.USAGE == result.exit_code
    assert "the first line is unsealed: an export needs a key there" in result.stderr
    assert [] == exported(tmp_path)
