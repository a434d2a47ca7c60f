"""Columns of a file, of whatever type, as what an import is made of."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from client.bulk.unfit import UnfitError
from sureface.gallery.v1 import gallery_pb2 as pb

_MILLION = 1_000_000


def records(
    batch: pa.RecordBatch, dimension: int, quality: float | None
) -> list[pb.TemplateRecord]:
    """A message's worth of templates.

    Args:
        batch: At least ``person_id`` and ``vector``.
        dimension: Length that all vectors must have.
        quality: Of all templates, where the batch has no column of that name.

    Raises:
        UnfitError: Something is missing, or has another type or length.
    """
    made = [
        pb.TemplateRecord(
            person_id=who, template=pb.NewTemplate(packed_vector=packed, quality=good)
        )
        for who, packed, good in zip(
            _words(batch, "person_id"),
            _packed(_vectors(batch, dimension)),
            _qualities(batch, quality),
            strict=True,
        )
    ]
    if "source_id" in batch.schema.names:
        for record, source in zip(made, _words(batch, "source_id", nulls=True), strict=True):
            record.template.source_id = source or ""
    if "capture_time" in batch.schema.names:
        for record, moment_us in zip(made, _moments_us(batch), strict=True):
            if moment_us is not None:
                record.template.capture_time.seconds = moment_us // _MILLION
                record.template.capture_time.nanos = moment_us % _MILLION * 1000
    for place, some in _labels(batch, "labels"):
        made[place].template.labels.update(some)
    for place, some in _labels(batch, "person_labels"):
        made[place].person_labels.update(some)
    return made


def width(column: pa.Array) -> int:
    """How many values the first vector of a column has; 0 if there is none."""
    first = column[0].as_py() if len(column) else None
    return len(first) if first is not None and hasattr(first, "__len__") else 0


def _vectors(batch: pa.RecordBatch, dimension: int) -> NDArray[np.float32]:
    """Shape (n, dimension), little-endian."""
    column = _column(batch, "vector")
    column = getattr(column, "storage", column)  # of a tensor, for example
    if not (_is_list(column.type) and pa.types.is_floating(column.type.value_type)):
        raise UnfitError(f"vector must be a list of floating-point numbers, not {column.type}")
    if not pa.types.is_fixed_size_list(column.type):
        lengths = pc.list_value_length(column).to_numpy(zero_copy_only=False)
    else:
        lengths = np.full(len(column), column.type.list_size)
    if not dimension:
        raise UnfitError("vector has no values", place=0)
    if (wrong := np.flatnonzero(lengths != dimension)).size:
        place = int(wrong[0])
        raise UnfitError(f"vector has {lengths[place]} values, not {dimension}", place=place)
    values = column.flatten()
    if values.null_count:
        raise UnfitError("vector has a null in it", place=_null(values) // dimension)
    numbers = pc.cast(values, pa.float32(), safe=False).to_numpy(zero_copy_only=False)
    matrix: NDArray[np.float32] = numbers.astype("<f4", copy=False).reshape(-1, dimension)
    return matrix


def _packed(matrix: NDArray[np.float32]) -> list[bytes]:
    """The bytes of each row."""
    rows: list[bytes] = matrix.view(f"V{matrix.shape[1] * 4}").ravel().tolist()
    return rows


def _qualities(batch: pa.RecordBatch, quality: float | None) -> Sequence[float]:
    if "quality" not in batch.schema.names and quality is not None:
        return [quality] * batch.num_rows
    column = _column(batch, "quality")
    if not pa.types.is_floating(column.type):
        raise UnfitError(f"quality must be a floating-point number, not {column.type}")
    numbers: list[float] = pc.cast(column, pa.float32(), safe=False).to_pylist()
    return numbers


def _words(batch: pa.RecordBatch, name: str, *, nulls: bool = False) -> list[str]:
    column = _column(batch, name, nulls=nulls)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not _is_text(kind):
        raise UnfitError(f"{name} must be text, not {column.type}")
    words: list[str] = column.to_pylist()
    return words


def _moments_us(batch: pa.RecordBatch) -> list[int | None]:
    column = _column(batch, "capture_time", nulls=True)
    if not pa.types.is_timestamp(column.type):
        raise UnfitError(f"capture_time must be a timestamp, not {column.type}")
    # Without a zone, it is in UTC, as all timestamps in files are.
    moments = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False).cast(pa.int64())
    numbers: list[int | None] = moments.to_pylist()
    return numbers


def _labels(batch: pa.RecordBatch, name: str) -> list[tuple[int, dict[str, str]]]:
    """Rows that have labels, and which."""
    if name not in batch.schema.names:
        return []
    column = _column(batch, name, nulls=True)
    kind = column.type
    if not (pa.types.is_map(kind) and _is_text(kind.key_type) and _is_text(kind.item_type)):
        raise UnfitError(f"{name} must be a map of texts, not {kind}")
    if column.offsets[0] == column.offsets[-1]:  # nobody has any
        return []
    found = [(place, dict(pairs)) for place, pairs in enumerate(column.to_pylist()) if pairs]
    for place, some in found:
        if None in some.values():
            raise UnfitError(f"{name} has a null in it", place=place)
    return found


def _column(batch: pa.RecordBatch, name: str, *, nulls: bool = False) -> pa.Array:
    if name not in batch.schema.names:
        raise UnfitError(f"there is no column {name}")
    column = batch.column(name)
    if column.null_count and not nulls:
        raise UnfitError(f"{name} is null", place=_null(column))
    return column


def _null(values: pa.Array) -> int:
    """Where the first null is."""
    return int(pc.index(values.is_null(), value=True).as_py())


def _is_list(kind: pa.DataType) -> bool:
    kinds = (pa.types.is_fixed_size_list, pa.types.is_list, pa.types.is_large_list)
    return any(is_kind(kind) for is_kind in kinds)


def _is_text(kind: pa.DataType) -> bool:
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(is_kind(kind) for is_kind in kinds)
