"""The rows of a Parquet file, whatever groups they are in."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from client.bulk.sealed import Lock, reader
from client.bulk.unfit import UnfitError

_COLUMNS = (
    "person_id",
    "vector",
    "quality",
    "source_id",
    "capture_time",
    "labels",
    "person_labels",
)
"""What is read; others are passed over."""


def opened(path: Path, lock: Lock | None) -> pq.ParquetFile:
    """Open a file.

    Raises:
        UnfitError: It is no Parquet file, or is encrypted with a key that is not there.
        OSError: It cannot be read.
    """
    try:
        return reader(path, lock)
    except pa.ArrowInvalid:
        raise UnfitError("it is no Parquet file, or is cut short") from None


def batches(path: Path, lock: Lock | None, each: int, first: int) -> Iterator[pa.RecordBatch]:
    """Rows from one on, `each` at a time; the last ones may be fewer."""
    with opened(path, lock) as file:
        group = 0
        while group < file.num_row_groups and first >= file.metadata.row_group(group).num_rows:
            first -= file.metadata.row_group(group).num_rows
            group += 1
        wanted = [name for name in _COLUMNS if name in file.schema_arrow.names]
        groups = list(range(group, file.num_row_groups))
        waiting: pa.Table | None = None
        for batch in file.iter_batches(each, row_groups=groups, columns=wanted):
            came = pa.Table.from_batches([batch])
            waiting = pa.concat_tables([waiting, came]) if waiting else came
            skipped = min(first, waiting.num_rows)
            first, waiting = first - skipped, waiting.slice(skipped)
            while waiting.num_rows >= each:
                yield _one(waiting.slice(0, each))
                waiting = waiting.slice(each)
        if waiting and waiting.num_rows:
            yield _one(waiting)


@contextlib.contextmanager
def legible(where: str = "") -> Iterator[None]:
    """Say in a line what is wrong with a file that cannot be read.

    Args:
        where: What the line begins with.

    Raises:
        UnfitError: The block met a damaged page, a text that is none, or the disk.
    """
    try:
        yield
    except UnicodeDecodeError:
        raise UnfitError(f"{where}a text is not UTF-8") from None
    except (OSError, pa.ArrowException) as error:
        what = (str(error).splitlines() or [type(error).__name__])[0]
        raise UnfitError(f"{where}it cannot be read: {what}") from None


def _one(table: pa.Table) -> pa.RecordBatch:
    [batch] = table.combine_chunks().to_batches()
    return batch
