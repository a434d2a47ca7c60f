"""An export on its way: complete or not there, and never begun twice without need."""

import contextlib
import resource
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from client.bulk import left, part
from client.bulk.part import Part
from client.bulk.sealed import Lock, reader
from client.bulk.unfit import UnfitError
from tests.bulk import VECTORS, collection, templates
from tests.galleries import CONTRACT
from tests.sealing import KEY, OTHER, key_file


class Broken(Exception):
    pass


def begin(path: Path, *numbers: int, lock: Lock | None = None, **fields: Any) -> None:
    """Export some templates, then break off."""
    with contextlib.suppress(Broken), Part(path, collection(**fields), lock) as unfinished:
        unfinished.add(templates(*numbers))
        raise Broken


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "staff.parquet"
    assert [] == list(tmp_path.glob("*.new")), "a temporary file was left"


def test_a_finished_export_is_all_there_is(path: Path) -> None:
    """One file with the documented columns, which only its owner reads."""
    with Part(path, collection()) as whole:
        whole.add(templates(1, 2))
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
        last.add(templates(4))
        last.finish()

    assert ["1", "2", "3", "4"] == pq.read_table(path)["template_id"].to_pylist()
    assert [path] == list(path.parent.iterdir())


def test_an_encrypted_export_goes_on_encrypted(path: Path, tmp_path: Path) -> None:
    """What is kept of it can be read with its key alone, and with another key is begun anew."""
    lock, other = (Lock(key_file(tmp_path / key[:4], key)) for key in (KEY, OTHER))
    begin(path, 1, 2, lock=lock)
    with pytest.raises(UnfitError, match="it is encrypted"):
        reader(tmp_path / "staff.parquet.part", None)
    counts = []
    for each in (other, lock):
        with contextlib.suppress(Broken), Part(path, collection(), each) as last:
            counts.append(last.count)
            raise Broken
    with Part(path, collection(), lock) as last:
        last.add(templates(3))
        last.finish()

    assert [0, 2] == counts
    assert ["1", "2", "3"] == reader(path, lock).read()["template_id"].to_pylist()


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
    monkeypatch.setattr(left, "_FRESH", timedelta(0))

    with Part(path, collection()) as other:
        assert 0 == other.count
        other.finish()


def test_a_damaged_part_is_not_taken_over(path: Path) -> None:
    """Such as one that SIGKILL left."""
    path.with_name("staff.parquet.part").write_bytes(b"PAR1 and no more")
    path.with_name("staff.parquet.new").write_bytes(b"PAR1")

    with Part(path, collection()) as other:
        assert 0 == other.count
        other.add(templates(1))
        other.finish()

    assert ["p1"] == pq.read_table(path)["person_id"].to_pylist()


def test_nothing_is_no_part(path: Path) -> None:
    """An export that broke before anything came leaves nothing behind."""
    begin(path)

    assert [] == list(path.parent.iterdir())


def complete(whole: Part, *numbers: int) -> None:
    """Export some templates, and no more."""
    with whole:
        whole.add(templates(*numbers))
        whole.finish()


@contextlib.contextmanager
def full_at(nbytes: int) -> Iterator[None]:
    """No file may grow larger while the block runs, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (nbytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("when", ["in a group", "at the end"])
def test_a_full_disk_costs_what_came_since(
    path: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own error is told, no broken file is left, and an earlier part is as it was."""
    begin(path, 1, 2)
    if when == "in a group":
        monkeypatch.setattr(part, "_GROUP_BYTES", 1)
    last = Part(path, collection())
    with full_at(100), pytest.raises(OSError, match="too large"):
        complete(last, 3)

    assert 2 == last.kept
    begin(path, 4)
    assert ["1", "2", "4"] == kept(path)


def test_what_a_stop_finds_is_written_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of a group of rows neither loses nor repeats it."""
    monkeypatch.setattr(part, "_GROUP_BYTES", 1)
    write = pq.ParquetWriter.write_table

    def interrupted(writer: Any, table: Any) -> None:
        write(writer, table)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(pq.ParquetWriter, "write_table", interrupted)
    with pytest.raises(KeyboardInterrupt), Part(path, collection()) as stopped:
        stopped.add(templates(1))

    assert ["1"] == kept(path)


def test_a_stop_while_a_part_is_taken_over_keeps_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part that is being copied is still the one to go on from."""
    begin(path, 1, 2)
    monkeypatch.setattr(part, "_GROUP_BYTES", 1)
    again = Part(path, collection())
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", stop)
    with pytest.raises(KeyboardInterrupt), again:
        pass
    monkeypatch.undo()

    assert (2, ["1", "2"]) == (again.kept, kept(path))


def stop(*_: Any) -> None:
    raise KeyboardInterrupt


def kept(path: Path) -> list[str]:
    """Templates of the part."""
    names: list[str] = pq.read_table(f"{path}.part")["template_id"].to_pylist()
    return names
