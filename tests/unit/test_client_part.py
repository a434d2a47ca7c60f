"""An export on its way: complete or not there, and never begun twice without need."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from client.bulk import part
from client.bulk.part import Part
from client.types import Collection
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.bulk import VECTORS, record
from tests.galleries import CONTRACT, DIMENSION, STAFF


def collection(**fields: Any) -> Collection:
    values: dict[str, Any] = {
        "collection_id": STAFF,
        "contract_id": CONTRACT,
        "dimension": DIMENSION,
        "person_count": 0,
        "template_count": 0,
        "create_time": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    }
    return Collection(**(values | fields))


def exported(*numbers: int) -> list[pb.TemplateRecord]:
    """Templates as a gallery exports them."""
    made = []
    for number in numbers:
        each = record(f"p{number}", VECTORS[number], labels={"camera": "7"})
        each.template_id = str(number)
        made.append(each)
    return made


class Broken(Exception):
    pass


def begin(path: Path, *numbers: int, **fields: Any) -> None:
    """Export some templates, then break off."""
    with contextlib.suppress(Broken), Part(path, collection(**fields)) as unfinished:
        unfinished.add(exported(*numbers))
        raise Broken


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "staff.parquet"
    assert [] == list(tmp_path.glob("*.new")), "a temporary file was left"


def test_a_finished_export_is_all_there_is(path: Path) -> None:
    """One file with the documented columns, which only its owner reads."""
    with Part(path, collection()) as whole:
        whole.add(exported(1, 2))
        assert not path.exists()
        whole.finish()

    table = pq.read_table(path)
    assert [path] == list(path.parent.iterdir())
    assert 0o600 == path.stat().st_mode & 0o777
    assert ["p1", "p2"] == table["person_id"].to_pylist()
    assert [("camera", "7")] == table["labels"].to_pylist()[0]
    assert VECTORS[1:3].tolist() == table["vector"].to_pylist()
    metadata = table.schema.metadata
    assert {b"1", CONTRACT.encode(), b"8"} == {
        metadata[b"sureface." + key] for key in (b"format", b"contract_id", b"dimension")
    }


def test_a_broken_export_goes_on(path: Path) -> None:
    """What was written is kept under another name, and taken over by the next one."""
    begin(path, 1, 2)
    begin(path, 3)
    with Part(path, collection()) as last:
        assert (3, "3") == (last.count, last.last_id)
        last.add(exported(4))
        last.finish()

    assert ["1", "2", "3", "4"] == pq.read_table(path)["template_id"].to_pylist()
    assert [path] == list(path.parent.iterdir())


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"collection_id": "other"}, id="of another collection"),
        pytest.param({"contract_id": "arc9"}, id="of another contract"),
        pytest.param({"create_time": datetime(2026, 1, 3, tzinfo=UTC)}, id="created again"),
    ],
)
def test_a_part_of_something_else_is_not_taken_over(path: Path, fields: dict[str, Any]) -> None:
    """An export of another collection begins anew."""
    begin(path, 1)

    with Part(path, collection(**fields)) as other:
        assert (0, "") == (other.count, other.last_id)
        other.finish()


def test_an_old_part_is_not_taken_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was erased since must not come back with it."""
    begin(path, 1)
    monkeypatch.setattr(part, "_FRESH", timedelta(0))

    with Part(path, collection()) as other:
        assert 0 == other.count
        other.finish()


def test_a_damaged_part_is_not_taken_over(path: Path) -> None:
    """Such as one that SIGKILL left."""
    path.with_name("staff.parquet.part").write_bytes(b"PAR1 and no more")
    path.with_name("staff.parquet.new").write_bytes(b"PAR1")

    with Part(path, collection()) as other:
        assert 0 == other.count
        other.add(exported(1))
        other.finish()

    assert ["p1"] == pq.read_table(path)["person_id"].to_pylist()


def test_nothing_is_no_part(path: Path) -> None:
    """An export that broke before anything came leaves nothing behind."""
    begin(path)

    assert [] == list(path.parent.iterdir())
