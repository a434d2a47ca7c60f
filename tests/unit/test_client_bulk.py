"""Parquet files of templates: ours, those of others, and those that cannot be taken."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from client.bulk import reading
from client.bulk.columns import CONTRACT_KEY, DIMENSION_KEY, FORMAT_KEY
from client.bulk.reading import TemplateFile
from client.bulk.unfit import UnfitError
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import CONTRACT, DIMENSION, unit_vectors
from tests.tables import OURS, vectors, write

NAMES = [f"p{n}" for n in range(3)]
UTC_US = 1_600_000_000_123_456


def read(path: Path, dimension: int = DIMENSION, **options: Any) -> list[pb.TemplateRecord]:
    """All records of a file."""
    file = TemplateFile(path, **options)
    return [each for message in file.messages(dimension, 0) for each in message.records]


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(pa.list_(pa.float32(), DIMENSION), id="fixed, float32"),
        pytest.param(pa.list_(pa.float64(), DIMENSION), id="fixed, float64"),
        pytest.param(pa.list_(pa.float32()), id="list, float32"),
        pytest.param(pa.list_(pa.float64()), id="list, float64"),
        pytest.param(pa.large_list(pa.float32()), id="large list"),
    ],
)
def test_vectors_of_any_list_are_taken(tmp_path: Path, kind: Any) -> None:
    """Wide numbers are narrowed; the rest comes bit for bit."""
    records = read(write(tmp_path / "a", 3, vector=vectors(3, kind)))

    expected = [row.tobytes() for row in unit_vectors(3)]
    assert expected == [each.template.packed_vector for each in records]


def test_vectors_of_half_precision_are_taken(tmp_path: Path) -> None:
    """They are as long as vectors must be, within the tolerance."""
    half = pa.array(unit_vectors(3).astype(np.float16).ravel())
    column = pa.FixedSizeListArray.from_arrays(half, DIMENSION)
    records = read(write(tmp_path / "a", 3, vector=column))

    found = np.stack([np.frombuffer(each.template.packed_vector, "<f4") for each in records])
    np.testing.assert_allclose(found, unit_vectors(3), atol=1e-3)


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [
        pytest.param("person_id", pa.array(NAMES, pa.large_string()), NAMES, id="large text"),
        pytest.param("person_id", pa.array(NAMES).dictionary_encode(), NAMES, id="dictionary"),
        pytest.param("source_id", pa.array(["a", None, "b"]), ["a", "", "b"], id="a missing text"),
        pytest.param("quality", pa.array([0.5, 0.25, 1.0]), [0.5, 0.25, 1.0], id="double"),
        pytest.param(
            "labels",
            pa.array([[("a", "b")], None, []], pa.map_(pa.string(), pa.string())),
            [{"a": "b"}, {}, {}],
            id="labels",
        ),
        pytest.param(
            "person_labels",
            pa.array([[], [], [("a", "b")]], pa.map_(pa.large_string(), pa.string())),
            [{}, {}, {"a": "b"}],
            id="labels of a person",
        ),
    ],
)
def test_columns_of_any_fitting_type_are_taken(
    tmp_path: Path, name: str, column: Any, expected: Any
) -> None:
    """What a column holds counts, not how."""
    records = read(write(tmp_path / "a", 3, **{name: column}))

    homes = [each if name.startswith("person") else each.template for each in records]
    found = [getattr(home, name) for home in homes]
    assert expected == ([dict(labels) for labels in found] if "labels" in name else found)


@pytest.mark.parametrize(
    ("unit", "zone", "value", "expected_us"),
    [
        pytest.param("us", "UTC", UTC_US, UTC_US, id="ours"),
        pytest.param("us", None, UTC_US, UTC_US, id="without a zone: UTC"),
        pytest.param("us", "Asia/Tokyo", UTC_US, UTC_US, id="elsewhere"),
        pytest.param("ns", "UTC", UTC_US * 1000 + 999, UTC_US, id="nanoseconds are cut"),
        pytest.param("s", "UTC", -5, -5_000_000, id="before 1970"),
        pytest.param("us", "UTC", None, None, id="unknown"),
    ],
)
def test_times_are_points_in_time(
    tmp_path: Path, unit: str, zone: str, value: int, expected_us: int | None
) -> None:
    """Whatever their unit and their zone."""
    column = pa.array([value], pa.timestamp(unit, tz=zone))
    [record] = read(write(tmp_path / "a", 1, capture_time=column))

    there = record.template.HasField("capture_time")
    assert expected_us == (record.template.capture_time.ToMicroseconds() if there else None)


def test_what_a_file_does_not_say_may_be_said_of_it(tmp_path: Path) -> None:
    """A contract and a quality for all."""
    path = write(tmp_path / "a", 2, metadata=None, quality=None)

    file = TemplateFile(path, contract_id="arc9", quality=0.25)
    [message] = file.messages(DIMENSION, 0)

    assert ("arc9", DIMENSION, 2) == (file.contract_id, file.dimension, file.count)
    assert [0.25, 0.25] == [each.template.quality for each in message.records]


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


@pytest.mark.parametrize("group", [1, 7, 100])
def test_messages_depend_on_no_groups(
    tmp_path: Path, group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are cut alike wherever their file cuts them, and wherever an import goes on."""
    monkeypatch.setattr(reading, "MESSAGE_BYTES", 4 * DIMENSION * 10)  # ten rows each
    path = write(tmp_path / "a", 35, group=group)
    everything = list(TemplateFile(path).messages(DIMENSION, 0))

    assert [10, 10, 10, 5] == [len(message.records) for message in everything]
    assert [f"p{n}" for n in range(35)] == [
        each.person_id for message in everything for each in message.records
    ]
    for sequence in range(5):
        assert everything[sequence:] == list(TemplateFile(path).messages(DIMENSION, sequence))


def test_a_row_is_named_by_its_place_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in its message; and the messages before it come."""
    monkeypatch.setattr(reading, "MESSAGE_BYTES", 4 * DIMENSION * 10)
    names = [f"p{n}" if n != 27 else None for n in range(35)]
    messages = TemplateFile(write(tmp_path / "a", 35, person_id=names)).messages(DIMENSION, 0)

    assert [10, 10] == [len(next(messages).records) for _ in range(2)]
    with pytest.raises(UnfitError, match="row 27: person_id is null"):
        next(messages)


def test_the_fingerprint_is_of_the_content(tmp_path: Path) -> None:
    """A copy has the same, another vector another one."""
    first, copy = write(tmp_path / "a", 3), write(tmp_path / "b", 3)
    other = write(tmp_path / "c", 3, vector=vectors(3, seed=1))

    prints = [TemplateFile(path).fingerprint() for path in (first, copy, other)]
    assert prints[0] == prints[1] != prints[2]


def test_tests_and_readers_mean_the_same_contract(tmp_path: Path) -> None:
    """The key of the metadata is part of the format."""
    path = write(tmp_path / "a", 1)

    assert CONTRACT == pq.read_schema(path).metadata[b"sureface.contract_id"].decode()
    assert b"sureface.contract_id" == CONTRACT_KEY


def test_an_empty_export_still_says_its_dimension(tmp_path: Path) -> None:
    """A collection of nobody can be made again, too."""
    path = write(tmp_path / "a", 0, metadata=OURS | {DIMENSION_KEY: b"8"})

    assert (0, 8) == (TemplateFile(path).count, TemplateFile(path).dimension)


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
