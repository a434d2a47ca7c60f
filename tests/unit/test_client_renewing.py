"""`sureface templates renew`: an export under another key, in files only."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from client.bulk.part import Part
from client.bulk.sealed import Lock, reader
from client.cli import main
from client.exits import Exit
from faces.embedding import Vectors
from faces.renewable import keyed_contract, orthonormal, turned
from tests import tables
from tests.bulk import VECTORS, collection, templates
from tests.galleries import CONTRACT, DIMENSION, STAFF
from tests.sealing import KEY, OTHER, key_file

ROWS = 1, 2, 3
PLAIN = VECTORS[list(ROWS)]


def renew(*arguments: object) -> Result:
    words = ["templates", "renew", *map(str, arguments)]
    return CliRunner().invoke(main, words, prog_name="sureface")


def exported(path: Path, lock: Lock | None = None) -> Path:
    """Three templates without a key."""
    with Part(path, collection(), lock) as whole:
        whole.add(templates(*ROWS))
        whole.finish()
    return path


def vectors(path: Path) -> Vectors:
    return np.array(pq.read_table(path)["vector"].to_pylist(), dtype=np.float32)


def under(key: bytes, collection_id: str = STAFF) -> Vectors:
    """What the templates are under a key."""
    return turned(PLAIN, orthonormal(key, collection_id, DIMENSION))


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return exported(tmp_path / "staff.parquet")


@pytest.fixture(name="first")
def _first(tmp_path: Path) -> Path:
    return key_file(tmp_path / "first", f"{STAFF} {KEY}")


@pytest.fixture(name="second")
def _second(tmp_path: Path) -> Path:
    return key_file(tmp_path / "second", f"* {OTHER}")


def test_templates_go_from_key_to_key_and_back(
    path: Path, first: Path, second: Path, tmp_path: Path
) -> None:
    """Each step is as if photos had been enrolled under that key; the way back is the proof."""
    one, two, none = (tmp_path / name for name in ("one", "two", "none"))

    results = [
        renew(path, one, "--new-keys", first),
        renew(one, two, "--old-keys", first, "--new-keys", second, "--collection", "guests"),
        renew(two, none, "--old-keys", second, "--collection", STAFF),
    ]

    assert [Exit.OK] * 3 == [result.exit_code for result in results]
    np.testing.assert_allclose(vectors(one), under(bytes(range(32))), atol=1e-6)
    np.testing.assert_allclose(vectors(two), under(bytes(range(32, 64)), "guests"), atol=1e-6)
    np.testing.assert_allclose(vectors(none), PLAIN, atol=1e-6)
    assert pq.read_schema(path).metadata == pq.read_schema(none).metadata


def test_everything_else_stays(path: Path, first: Path, tmp_path: Path) -> None:
    """Names, qualities, times, labels; the file says what it is for, and is its owner's only."""
    result = renew(path, tmp_path / "new", "--new-keys", first, "--json")

    old, new = pq.read_table(path), pq.read_table(tmp_path / "new")
    said = json.loads(result.stdout)
    contract_id = keyed_contract(CONTRACT, bytes(range(32)), STAFF)
    assert old.drop(["vector"]).equals(new.drop(["vector"]))
    assert old.schema.equals(new.schema)
    assert contract_id.encode() == new.schema.metadata[b"sureface.contract_id"]
    assert (contract_id, STAFF, 3) == (
        said["contract_id"],
        said["collection_id"],
        said["template_count"],
    )
    assert 0o600 == (tmp_path / "new").stat().st_mode & 0o777
    assert [] == list(tmp_path.glob("*.new"))


def test_what_is_encrypted_stays_so(first: Path, tmp_path: Path) -> None:
    """Under the keys that opened it; without them, it is not read."""
    sealing = key_file(tmp_path / "sealing", OTHER)
    path = exported(tmp_path / "sealed.parquet", Lock(sealing))
    arguments = path, tmp_path / "new", "--new-keys", first

    closed = renew(*arguments)
    done = renew(*arguments, "--sealing-keys", sealing)

    assert (Exit.USAGE, True) == (closed.exit_code, "it is encrypted" in closed.stderr)
    assert (Exit.OK, b"PARE") == (done.exit_code, (tmp_path / "new").read_bytes()[:4])
    with reader(tmp_path / "new", Lock(sealing)) as file:
        kept = np.array(file.read()["vector"].to_pylist(), dtype=np.float32)
    np.testing.assert_allclose(kept, under(bytes(range(32))), atol=1e-6)


def test_templates_under_another_key_are_refused(
    path: Path, first: Path, second: Path, tmp_path: Path
) -> None:
    """Turned by the wrong matrix, they would resemble nobody for ever."""
    renew(path, one := tmp_path / "one", "--new-keys", first)

    wrong = renew(one, tmp_path / "two", "--old-keys", second, "--new-keys", first)
    none = renew(one, tmp_path / "two", "--new-keys", second)

    for result in (wrong, none):
        assert Exit.USAGE == result.exit_code
        assert f"its templates are of {CONTRACT}.key-" in result.stderr
    assert not (tmp_path / "two").exists()


def test_nothing_is_done_where_nothing_would_change(
    path: Path, first: Path, tmp_path: Path
) -> None:
    """As when both keys are one, or there is none."""
    renew(path, one := tmp_path / "one", "--new-keys", first)

    same = renew(one, tmp_path / "two", "--old-keys", first, "--new-keys", first)
    none = renew(path, tmp_path / "two")

    for result in (same, none):
        assert (Exit.USAGE, True) == (result.exit_code, "nothing would change" in result.stderr)


def test_what_cannot_be_used_is_refused_in_a_line(path: Path, first: Path, tmp_path: Path) -> None:
    """A file of others, a cut one, bad keys, a name that is none, a file in the way."""
    foreign, cut = tables.write(tmp_path / "foreign", 3), tmp_path / "cut"
    cut.write_bytes(path.read_bytes()[:-100])
    bad, out = key_file(tmp_path / "bad", "nonsense"), tmp_path / "out"

    said = [
        renew(foreign, out, "--new-keys", first),
        renew(cut, out, "--new-keys", first),
        renew(path, out, "--new-keys", bad),
        renew(path, out, "--new-keys", first, "--collection", "a/b"),
        renew(path, foreign, "--new-keys", first),
    ]

    for result, problem in zip(
        said,
        [
            "is no export",
            "cut short",
            "line 1 must be",
            "collection_id must be",
            "is there already",
        ],
        strict=True,
    ):
        assert problem in result.stderr
        assert result.exit_code in {Exit.USAGE, Exit.REFUSED}
    assert not out.exists()


def test_a_damaged_page_leaves_nothing_behind(first: Path, tmp_path: Path) -> None:
    """Neither a file that looks complete nor a draft of one."""
    path = exported(tmp_path / "staff.parquet")
    whole = path.read_bytes()
    place = whole.index(PLAIN[0].tobytes())
    path.write_bytes(whole[: place - 40] + b"\xff" * 40 + whole[place:])

    result = renew(path, tmp_path / "new", "--new-keys", first)

    assert (Exit.USAGE, True) == (result.exit_code, "it cannot be read" in result.stderr)
    assert {path, first} == set(tmp_path.iterdir())


def test_an_export_of_nobody_is_renewed(first: Path, tmp_path: Path) -> None:
    """A collection may be empty, and its key due."""
    with Part(tmp_path / "empty", collection()) as whole:
        whole.finish()

    result = renew(tmp_path / "empty", tmp_path / "new", "--new-keys", first)

    table: pa.Table = pq.read_table(tmp_path / "new")
    assert (Exit.OK, 0) == (result.exit_code, table.num_rows)


def test_a_draft_is_nobody_elses_to_read(path: Path, first: Path, tmp_path: Path) -> None:
    """Nor that of a command that was killed, if somebody opened it to all."""
    (left := tmp_path / "new.new").write_bytes(b"half")
    left.chmod(0o644)

    done = renew(path, tmp_path / "new", "--new-keys", first)

    assert Exit.OK == done.exit_code
    assert 0o600 == (tmp_path / "new").stat().st_mode & 0o777


def test_the_draft_takes_no_place_of_the_old_file(path: Path, first: Path) -> None:
    """Its name follows from the new one's; an export that has it is not written over."""
    old = path.rename(path.with_name("staff.new"))
    whole = old.read_bytes()

    refused = renew(old, old.with_name("staff"), "--new-keys", first)

    assert (Exit.USAGE, True) == (refused.exit_code, "another name" in refused.stderr)
    assert whole == old.read_bytes()
