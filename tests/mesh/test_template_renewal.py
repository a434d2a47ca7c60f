"""A key is replaced on a real mesh: the same people are found, and what leaked is of no use."""

import asyncio
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from client.cli import main
from client.exits import Exit
from faces.embedding import Vectors
from faces.errors import ContractMismatch
from tests.cli import run_gallery
from tests.mesh.keyed import another, client_of, ranked
from tests.mesh.mesh import Mesh
from tests.sealing import KEY, OTHER, key_file

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]


async def renew(*arguments: object) -> Result:
    words = ["templates", "renew", *map(str, arguments)]
    return await asyncio.to_thread(CliRunner().invoke, main, words, prog_name="sureface")


def vectors(path: Path) -> Vectors:
    return np.array(pq.read_table(path)["vector"].to_pylist(), dtype=np.float32)


async def test_a_renewed_key_finds_the_same_people_and_the_old_one_is_worthless(
    guarded: Mesh, tmp_path: Path
) -> None:
    """Under a new name, so nobody is lost meanwhile; old templates resemble the new no more."""
    port, lines = guarded.processes["gallery"].port, (f"renewed {OTHER}", f"* {KEY}")
    old, new = tmp_path / "old.parquet", tmp_path / "new.parquet"
    old_keys, new_keys = (
        guarded.folder / "template-keys",
        key_file(tmp_path / "new-keys", *lines),
    )
    to = ("--collection", "renewed")

    done = [
        await run_gallery(port, "export", old, "--collection", "keyed"),
        await renew(old, new, "--old-keys", old_keys, "--new-keys", new_keys, *to),
        await run_gallery(port, "import", new, *to, "--create"),
    ]
    stale = await run_gallery(port, "import", old, *to)
    async with another(guarded, tmp_path, *lines) as client:
        before, after = await ranked(client, "keyed"), await ranked(client, "renewed")
    async with client_of(guarded) as client:
        with pytest.raises(ContractMismatch, match=r"\.key-\w+ is in force here, not .*\.key-"):
            await ranked(client, "renewed")

    assert [Exit.OK] * 3 == [result.exit_code for result in done]
    assert list(before) == list(after) == ["p1", "p2"]
    assert before["p1"] > 0.6
    assert list(before.values()) == pytest.approx(list(after.values()), abs=1e-5)
    assert (Exit.REFUSED, True) == (stale.exit_code, ".key-" in stale.stderr)
    assert abs(vectors(old) @ vectors(new).T).max() < 0.25
