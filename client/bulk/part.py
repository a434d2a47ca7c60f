"""A file that is being exported: another name until it is complete."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from client.bulk import giving, left
from client.bulk.columns import (
    BEGAN_KEY,
    COLLECTION_KEY,
    CONTRACT_KEY,
    DIMENSION_KEY,
    EXPORTED_KEY,
    schema,
)
from client.bulk.sealed import Lock
from client.bulk.writing import settle, writer
from client.types import Collection
from sureface.gallery.v1 import gallery_pb2 as pb

_GROUP_BYTES = 32 * 2**20
"""About the size of a group of rows; so much is held in memory."""


class Part:
    """An export on its way to `path`.

    While it is written it is ``path.new``. Left without `finish`, it is kept as
    ``path.part``, from which the next one goes on. If it cannot be written to its end, as
    on a full disk, nobody could read it: it is removed, and an earlier ``path.part`` stays.
    """

    def __init__(self, path: Path, collection: Collection, lock: Lock | None = None) -> None:
        """Prepare; entering it takes over what is there already. A lock encrypts it.

        Raises:
            ConfigError: The lock has no key to encrypt with.
        """
        self._path = path
        self._lock = lock
        self._encryption = lock.closing() if lock else None
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
        self._whole = False
        # Ctrl-C strikes between any two steps of the main thread: here, no group of rows
        # is written twice.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="part")
        self.count = 0
        """Templates so far."""
        self.last_id = ""
        """Of the last template."""
        self.kept = 0
        """Templates in ``path.part`` from which an export may go on."""

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:  # Ctrl-C while a long part is copied, too
            self._leave()
            raise
        return self

    def add(self, records: list[pb.TemplateRecord]) -> None:
        """Append templates, in the order of the export."""
        if records:
            self._take(giving.batch(records, self._schema))

    def finish(self) -> None:
        """The export is complete."""
        self._thread.submit(self._close).result()
        self._new.replace(self._path)
        self._part.unlink(missing_ok=True)
        self._whole = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._whole:
            self._leave()
        self._thread.shutdown()

    def _begin(self) -> None:
        kept = left.opened(self._part, self._about, self._began, self._lock)
        if kept:
            self._began = left.began(kept)
        about = {**self._schema.metadata, EXPORTED_KEY: self._began.isoformat().encode()}
        self._writer = writer(self._new, self._schema.with_metadata(about), self._encryption)
        if kept:
            self.kept = kept.metadata.num_rows
            with kept:
                for batch in kept.iter_batches(self._rows):
                    self._take(batch)

    def _leave(self) -> None:
        """Keep what came, if it is more than what is kept already."""
        with contextlib.suppress(OSError, pa.ArrowException):  # what went wrong is told already
            self._thread.submit(self._close).result()
            if self.count > self.kept:
                self._new.replace(self._part)
                self.kept = self.count
        self._new.unlink(missing_ok=True)

    def _take(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self.count += batch.num_rows
        self.last_id = batch.column("template_id")[-1].as_py()
        if sum(each.num_rows for each in self._waiting) >= self._rows:
            self._thread.submit(self._write).result()

    def _write(self) -> None:
        if self._writer and self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting))
            self._waiting = []

    def _close(self) -> None:
        self._write()
        if self._writer:
            self._writer.close()
            self._writer = None
        settle(self._new)
