"""A file that is being exported: another name until it is complete."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from client.bulk import giving
from client.bulk.columns import (
    BEGAN_KEY,
    COLLECTION_KEY,
    CONTRACT_KEY,
    DIMENSION_KEY,
    EXPORTED_KEY,
    schema,
)
from client.types import Collection
from sureface.gallery.v1 import gallery_pb2 as pb

_GROUP_BYTES = 32 * 2**20
"""About the size of a group of rows; so much is held in memory."""

_FRESH = timedelta(hours=24)
"""A part that is older is begun anew: people may have been erased since."""


class Part:
    """An export on its way to `path`.

    While it is written it is ``path.new``. Left without `finish`, it is kept as
    ``path.part``, from which the next one goes on.
    """

    def __init__(self, path: Path, collection: Collection) -> None:
        """Prepare; entering it takes over what is there already."""
        self._path = path
        self._new, self._part = (path.with_name(f"{path.name}.{s}") for s in ("new", "part"))
        self._began = datetime.now(UTC)
        self._about = {
            CONTRACT_KEY: collection.contract_id.encode(),
            DIMENSION_KEY: str(collection.dimension).encode(),
            COLLECTION_KEY: collection.collection_id.encode(),
            BEGAN_KEY: collection.create_time.isoformat().encode(),
        }
        self._schema = schema(collection.dimension, self._about)
        self._rows = max(1, _GROUP_BYTES // (4 * collection.dimension))
        self._waiting: list[pa.RecordBatch] = []
        self._writer: pq.ParquetWriter | None = None
        self.count = 0
        """Templates so far."""
        self.last_id = ""
        """Of the last template."""

    def __enter__(self) -> Self:
        kept = self._kept()
        if kept:
            self._began = datetime.fromisoformat(_said(kept, EXPORTED_KEY))
        self._new.touch(mode=0o600)  # vectors are about faces: nobody else's to read
        self._writer = pq.ParquetWriter(
            self._new,
            self._schema.with_metadata(
                {**self._schema.metadata, EXPORTED_KEY: self._began.isoformat().encode()}
            ),
            compression={"vector.list.element": "none"},
            use_dictionary=["source_id", "person_labels.key_value.key", "labels.key_value.key"],
        )
        if kept:
            with kept:
                for batch in kept.iter_batches(self._rows):
                    self._take(batch)
        return self

    def add(self, records: list[pb.TemplateRecord]) -> None:
        """Append templates, in the order of the export."""
        if records:
            self._take(giving.batch(records, self._schema))

    def finish(self) -> None:
        """The export is complete."""
        self._close()
        self._new.replace(self._path)
        self._part.unlink(missing_ok=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._writer:
            self._close()
            if self.count:
                self._new.replace(self._part)
            else:
                self._new.unlink()

    def _take(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self.count += batch.num_rows
        self.last_id = batch.column("template_id")[-1].as_py()
        if sum(each.num_rows for each in self._waiting) >= self._rows:
            self._write()

    def _write(self) -> None:
        if self._writer and self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting))
            self._waiting = []

    def _close(self) -> None:
        self._write()
        if self._writer:
            self._writer.close()
            self._writer = None
            with self._new.open("rb") as file:
                os.fsync(file.fileno())

    def _kept(self) -> pq.ParquetFile | None:
        """What an earlier export left, if this one may go on from there."""
        try:
            kept = pq.ParquetFile(self._part, pre_buffer=False, buffer_size=2**20)
        except (pa.ArrowInvalid, FileNotFoundError):
            return None
        metadata = kept.schema_arrow.metadata or {}
        same = all(metadata.get(key) == text for key, text in self._about.items())
        if same and kept.metadata.num_rows:
            age = self._began - datetime.fromisoformat(_said(kept, EXPORTED_KEY))
            if age < _FRESH:
                return kept
        kept.close()
        return None


def _said(file: pq.ParquetFile, key: bytes) -> str:
    text: str = file.schema_arrow.metadata[key].decode()
    return text
