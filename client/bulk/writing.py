"""Files of templates on their way to the disk, as every command writes them."""

import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def writer(path: Path, schema: pa.Schema, encryption: Any) -> pq.ParquetWriter:
    """Begin a file that nobody else may read.

    Args:
        path: Where.
        schema: Its columns, and what it says of them.
        encryption: What a lock gives for it; None leaves it open.
    """
    path.unlink(missing_ok=True)  # what a killed command left may be open to all
    path.touch(mode=0o600, exist_ok=False)  # vectors are about faces
    return pq.ParquetWriter(
        path,
        schema,
        compression={"vector.list.element": "none"},
        use_dictionary=["source_id", "person_labels.key_value.key", "labels.key_value.key"],
        encryption_properties=encryption,
    )


def settle(path: Path) -> None:
    """Wait until a file that is written is on the disk: before it takes the name of a whole one."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
