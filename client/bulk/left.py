"""What an earlier export left, from which the next one goes on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from client.bulk.columns import EXPORTED_KEY

_FRESH = timedelta(hours=24)
"""A part that is older is begun anew: people may have been erased since."""


def opened(path: Path, about: Mapping[bytes, bytes], now: datetime) -> pq.ParquetFile | None:
    """Open a part if an export may go on from there.

    Args:
        path: Where it is, if it is there.
        about: Metadata that it must have: of the same collection.
        now: When the export begins.
    """
    try:
        kept = pq.ParquetFile(path, pre_buffer=False, buffer_size=2**20)
    except (pa.ArrowInvalid, FileNotFoundError):
        return None
    metadata = kept.schema_arrow.metadata or {}
    same = all(metadata.get(key) == text for key, text in about.items())
    if same and kept.metadata.num_rows and now - began(kept) < _FRESH:
        return kept
    kept.close()
    return None


def began(kept: pq.ParquetFile) -> datetime:
    """When the export began that left it."""
    return datetime.fromisoformat(kept.schema_arrow.metadata[EXPORTED_KEY].decode())
