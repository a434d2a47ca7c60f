"""Parquet files in tests: as we write them, and as others do."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from client.bulk.columns import CONTRACT_KEY
from client.bulk.reading import TemplateFile
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import CONTRACT, DIMENSION, unit_vectors

OURS = {CONTRACT_KEY: CONTRACT.encode()}


def vectors(count: int, kind: Any = None, *, dimension: int = DIMENSION, seed: int = 0) -> Any:
    """A column of vectors, of any list type."""
    given = unit_vectors(count, dimension, seed)
    return pa.array(list(given.astype(np.float64)), kind or pa.list_(pa.float32(), dimension))


def table(count: int, metadata: Any = OURS, **columns: Any) -> pa.Table:
    """Templates of p0, p1, and so on; a column that is None is left out."""
    made = {
        "person_id": [f"p{n}" for n in range(count)],
        "vector": vectors(count),
        "quality": pa.array([0.5] * count, pa.float32()),
    } | columns
    kept = {name: column for name, column in made.items() if column is not None}
    return pa.table(kept).replace_schema_metadata(metadata)


def write(path: Path, count: int, *, group: int | None = None, **columns: Any) -> Path:
    """Write templates to a file, in groups of so many rows."""
    pq.write_table(table(count, **columns), path, row_group_size=group)
    return path


def read(path: Path, dimension: int = DIMENSION, **options: Any) -> list[pb.TemplateRecord]:
    """All records of a file."""
    file = TemplateFile(path, **options)
    return [each for message in file.messages(dimension, 0) for each in message.records]
