"""A Parquet file that cannot be taken is refused in words, and nothing is made for it."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from client.bulk import reading
from client.bulk.columns import FORMAT_KEY
from client.bulk.reading import TemplateFile
from client.bulk.unfit import UnfitError
from tests.galleries import CONTRACT, DIMENSION
from tests.tables import OURS, read, write


def unfit(options: dict[str, Any], text: str, name: str, **columns: Any) -> Any:
    return pytest.param(columns, options, text, id=name)


SHORT = pa.array([[1.0] * 8, [1.0] * 7, [1.0] * 8], pa.list_(pa.float32()))
HOLE = pa.array([[1.0] * 8, [1.0] * 8, [1.0] * 7 + [None]], pa.list_(pa.float32(), 8))


@pytest.mark.parametrize(
    ("columns", "options", "text"),
    [
        unfit({}, "use --contract", "no contract", metadata=None),
        unfit({"contract_id": "arc9"}, f"contract {CONTRACT}, not arc9", "another contract"),
        unfit({}, "newer format", "newer", metadata=OURS | {FORMAT_KEY: b"2"}),
        unfit({}, "no column person_id", "nobody", person_id=None),
        unfit({}, "no column vector", "no vectors", vector=None),
        unfit({}, "--quality gives one", "no quality", quality=None),
        unfit({}, "row 1: person_id is null", "a null", person_id=["a", None, "b"]),
        unfit({}, "person_id must be text", "numbers", person_id=[1, 2, 3]),
        unfit({}, "row 1: vector has 7 values, not 8", "a short vector", vector=SHORT),
        unfit({}, "row 2: vector has a null in it", "a hole", vector=HOLE),
        unfit({}, "must be a list", "no lists", vector=[1.0, 2.0, 3.0]),
        unfit(
            {}, "must be a list of floating", "whole numbers", vector=[[1] * 8, [2] * 8, [3] * 8]
        ),
        unfit({}, "row 0: quality is null", "a missing quality", quality=[None, 0.5, 0.5]),
        unfit({}, "quality must be a floating", "whole qualities", quality=[1, 1, 1]),
        unfit({}, "capture_time must be a timestamp", "no times", capture_time=[1, 2, 3]),
        unfit({}, "labels must be a map", "no maps", labels=["a", "b", "c"]),
    ],
)
def test_says_why_it_takes_no_file(
    tmp_path: Path, columns: dict[str, Any], options: dict[str, Any], text: str
) -> None:
    """One line names what is wrong, and the row if it is one."""
    path = write(tmp_path / "a", 3, **columns)

    with pytest.raises(UnfitError, match=text):
        read(path, **options)


@pytest.mark.parametrize("keep", [pytest.param(0, id="empty"), pytest.param(500, id="cut")])
def test_other_files_are_told_apart(tmp_path: Path, keep: int) -> None:
    """What is no Parquet file is not taken for one."""
    path = write(tmp_path / "a", 100)
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(UnfitError, match="no Parquet file"):
        TemplateFile(path, contract_id=CONTRACT)


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        pytest.param({"vector": ["seven.."]}, "vector must be a list", id="a text for a vector"),
        pytest.param({"vector": pa.array([[]], pa.list_(pa.float32()))}, "no values", id="empty"),
        pytest.param({"person_id": [7]}, "person_id must be text", id="a number for a person"),
        pytest.param({"labels": ["a"]}, "labels must be a map", id="a text for labels"),
    ],
)
def test_columns_are_looked_at_first(tmp_path: Path, columns: Any, text: str) -> None:
    """A file that cannot be taken is refused before anything is made for it."""
    path = write(tmp_path / "a", 1, **columns)

    with pytest.raises(UnfitError, match=text):
        TemplateFile(path)


def test_a_damaged_page_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the row from which on the file cannot be read; the messages before it come."""
    monkeypatch.setattr(reading, "MESSAGE_BYTES", 4 * DIMENSION * 10)
    path = write(tmp_path / "a", 30, group=10)
    column = pq.read_metadata(path).row_group(1).column(1)
    with path.open("r+b") as file:
        file.seek(column.dictionary_page_offset or column.data_page_offset)
        file.write(b"\xff" * 40)
    messages = TemplateFile(path).messages(DIMENSION, 0)

    assert 10 == len(next(messages).records)
    with pytest.raises(UnfitError, match="row 10 or later: it cannot be read: "):
        next(messages)


def test_text_that_is_none_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes of another encoding are the file's fault, not a bug."""
    monkeypatch.setattr(reading, "MESSAGE_BYTES", 4 * DIMENSION)
    latin = pa.array([b"anna", b"m\xfcller"]).view(pa.string())
    messages = TemplateFile(write(tmp_path / "a", 2, person_id=latin)).messages(DIMENSION, 0)

    next(messages)
    with pytest.raises(UnfitError, match="row 1 or later: a text is not UTF-8"):
        next(messages)
