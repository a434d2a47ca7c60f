"""An export under another key: its templates turned once more, without a photo."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from client.bulk import rows
from client.bulk.columns import COLLECTION_KEY, CONTRACT_KEY, FORMAT, FORMAT_KEY, schema
from client.bulk.reading import said_dimension
from client.bulk.sealed import Lock
from client.bulk.unfit import UnfitError
from client.bulk.writing import settle, writer
from faces import fields
from faces.renewable import Matrix, embedder_contract, keyed_contract, orthonormal, turned
from meshkit.template_keys import TemplateKeys


@dataclass(frozen=True, slots=True)
class Under:
    """A collection and its key."""

    collection_id: str
    key: bytes | None = field(repr=False)
    """None if its templates are not turned."""

    def contract(self, contract_id: str) -> str:
        """The contract of its templates, which the embedder has made under this one."""
        name = self.collection_id
        return keyed_contract(contract_id, self.key, name) if self.key else contract_id

    def matrix(self, dimension: int) -> Matrix:
        """What the embedder's vectors are turned by."""
        return (
            orthonormal(self.key, self.collection_id, dimension) if self.key else np.eye(dimension)
        )


class Renewal:
    """An export, and the keys that it goes from and to."""

    def __init__(
        self,
        path: Path,
        old: TemplateKeys,
        new: TemplateKeys,
        *,
        collection_id: str | None = None,
        lock: Lock | None = None,
    ) -> None:
        """Look at an export; its rows are read later.

        Args:
            path: Where it is.
            old: Has the key that its templates are under.
            new: Has the key that they shall be under.
            collection_id: What they shall be imported into; None for where they are from.
            lock: What opens it, if it is encrypted, and encrypts the new one.

        Raises:
            UnfitError: It cannot be read, is no export, or is not under the old key; or nothing
                would change.
            FieldInvalid: `collection_id` is none.
            ConfigError: The lock has no key to encrypt with.
        """
        self._path, self._lock = path, lock
        self._encryption = lock.closing() if lock else None
        with rows.legible(), rows.opened(path, lock) as file:
            self.count: int = file.metadata.num_rows
            self._schema: pa.Schema = file.schema_arrow
        said = self._schema.metadata or {}
        self._dimension = said_dimension(said)
        if not self._is_ours(said):
            raise UnfitError("it is no export of `sureface gallery export`")
        kept, from_id = (said[key].decode() for key in (CONTRACT_KEY, COLLECTION_KEY))
        self.collection_id = fields.collection_id(collection_id) if collection_id else from_id
        self._old = Under(from_id, old.of(from_id))
        self._new = Under(self.collection_id, new.of(self.collection_id))
        contract_id = embedder_contract(kept)
        expected = self._old.contract(contract_id)
        if kept != expected:
            raise UnfitError(f"its templates are of {kept}, those under the old keys of {expected}")
        self.contract_id = self._new.contract(contract_id)
        if self.contract_id == kept:
            raise UnfitError("nothing would change: its templates are under the new keys")

    def write(self, path: Path, report: Callable[[int], None]) -> None:
        """Write the new one, which appears when it is complete.

        Args:
            path: Where.
            report: Is told how many templates were written so far.

        Raises:
            UnfitError: The old one cannot be read to its end, or is where the draft would be.
            OSError: The new one cannot be written.
        """
        draft = path.with_name(f"{path.name}.new")
        if draft.exists() and draft.samefile(self._path):
            raise UnfitError("the draft would take its place: give the new one another name")
        try:
            with self._writer(draft) as made:
                self._copy(made, report)
            settle(draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def _is_ours(self, said: Mapping[bytes, bytes]) -> bool:
        named = {CONTRACT_KEY, COLLECTION_KEY} <= said.keys() and said.get(FORMAT_KEY) == FORMAT
        columns = schema(self._dimension, {}) if self._dimension else None
        return named and columns is not None and bool(self._schema.equals(columns))

    def _writer(self, draft: Path) -> pq.ParquetWriter:
        about = {
            **self._schema.metadata,
            CONTRACT_KEY: self.contract_id.encode(),
            COLLECTION_KEY: self.collection_id.encode(),
        }
        return writer(draft, self._schema.with_metadata(about), self._encryption)

    def _copy(self, made: pq.ParquetWriter, report: Callable[[int], None]) -> None:
        matrix = self._new.matrix(self._dimension) @ self._old.matrix(self._dimension).T
        done = 0
        with rows.opened(self._path, self._lock) as file:
            for group in range(file.num_row_groups):
                with rows.legible(f"row {done} or later: "):
                    table = file.read_row_group(group)
                made.write_table(self._turned(table, matrix))
                done += table.num_rows
                report(done)

    def _turned(self, table: pa.Table, matrix: Matrix) -> pa.Table:
        place = table.schema.get_field_index("vector")
        kind = table.schema.field(place)
        column = table.column(place).combine_chunks()
        vectors = column.flatten().to_numpy().reshape(-1, self._dimension)
        numbers = pa.array(turned(vectors, matrix).ravel())
        lists = pa.FixedSizeListArray.from_arrays(numbers, type=kind.type)
        return table.set_column(place, kind, lists)
