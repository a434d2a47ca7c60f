"""Parquet files of templates, ours and those of others, are taken as they are meant."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from client.bulk import reading
from client.bulk.columns import CONTRACT_KEY, DIMENSION_KEY
from client.bulk.reading import TemplateFile
from client.bulk.unfit import UnfitError
from tests.galleries import CONTRACT, DIMENSION, unit_vectors
from tests.tables import OURS, read, vectors, write

NAMES = [f"p{n}" for n in range(3)]
UTC_US = 1_600_000_000_123_456


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
