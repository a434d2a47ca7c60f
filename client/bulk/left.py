"""What an earlier export left, from which the next one goes on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from client.bulk.columns import EXPORTED_KEY
from client.bulk.sealed import Lock, reader
from client.bulk.unfit import UnfitError

_FRESH = timedelta(hours=24)
"""A part that is older is begun anew: people may have been erased since."""


def opened(
    path: Path, about: Mapping[bytes, bytes], now: datetime, lock: Lock | None
) -> pq.ParquetFile | None:
    """Open a part if an export may go on from there.

    Args:
        path: Where it is, if it is there.
        about: Metadata that it must have: of the same collection.
        now: When the export begins.
        lock: What opens it, if it is encrypted.
    """
    try:
        kept = reader(path, lock)
    except (pa.ArrowInvalid, FileNotFoundError, UnfitError):
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
