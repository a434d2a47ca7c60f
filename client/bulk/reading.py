"""A Parquet file of templates, as the messages of an import."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from client.bulk import rows, taking
from client.bulk.columns import CONTRACT_KEY, DIMENSION_KEY, FORMAT, FORMAT_KEY
from client.bulk.sealed import Lock
from client.bulk.unfit import UnfitError
from sureface.gallery.v1 import gallery_pb2 as pb

MESSAGE_BYTES = 2**20
"""About the size of a message. A gallery stores several of them in one commit; larger ones
cost it more memory, and no less time."""

_MOST = 4096
"""Templates that a gallery takes in one message."""


class TemplateFile:
    """A file that somebody wants imported: ours, or anybody's with the same columns."""

    def __init__(
        self,
        path: Path,
        *,
        contract_id: str | None = None,
        quality: float | None = None,
        lock: Lock | None = None,
    ) -> None:
        """Look at a file; its rows are read later.

        Args:
            path: Where it is.
            contract_id: Of its vectors, if it does not say.
            quality: Of its templates, if it does not say.
            lock: What opens it, if it is encrypted.

        Raises:
            UnfitError: It cannot be read, is no Parquet file, or has not what an import
                needs.
        """
        self.path = path
        self._lock = lock
        with rows.legible(), rows.opened(path, lock) as file:
            names = file.schema_arrow.names
            self.count: int = file.metadata.num_rows
            said = file.schema_arrow.metadata or {}
        for name in ("person_id", "vector", *(() if quality is not None else ("quality",))):
            if name not in names:
                hint = "; --quality gives one for all" if name == "quality" else ""
                raise UnfitError(f"there is no column {name}{hint}")
        if said.get(FORMAT_KEY, FORMAT) != FORMAT:
            raise UnfitError("it is of a newer format: use a newer sureface")
        self.contract_id = _contract(said, contract_id)
        self._quality = quality
        self.dimension = said_dimension(said)
        """Length of its vectors; 0 if it neither has any nor says."""
        self._try_first()

    def require(self, dimension: int) -> None:
        """Refuse vectors of another length than those of a collection.

        Raises:
            UnfitError: They are.
        """
        if self.dimension not in {0, dimension}:
            raise UnfitError(
                f"its vectors have {self.dimension} values, those of the collection {dimension}"
            )

    def fingerprint(self) -> str:
        """SHA-256 of all that is in it."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def messages(self, dimension: int, sequence: int) -> Iterator[pb.ImportTemplatesRequest]:
        """The messages of an import from one on; which is which depends on nothing else.

        Raises:
            UnfitError: A row cannot be read or taken; the messages before it came.
        """
        each = rows_of(dimension)
        first = sequence * each
        batches = rows.batches(self.path, self._lock, each, first)
        while True:
            with rows.legible(f"row {first} or later: "):
                batch = next(batches, None)
                if batch is None:
                    return
                records = self._records(batch, dimension, first)
            yield pb.ImportTemplatesRequest(records=records)
            first += len(records)

    def _try_first(self) -> None:
        """Refuse columns of a wrong type before anything is made for them."""
        with rows.legible("row 0: "):
            batch = next(rows.batches(self.path, self._lock, 1, 0), None)
            if batch:
                self.dimension = taking.width(batch.column("vector"))
                self._records(batch, self.dimension, 0)

    def _records(
        self, batch: pa.RecordBatch, dimension: int, first: int
    ) -> list[pb.TemplateRecord]:
        try:
            return taking.records(batch, dimension, self._quality)
        except UnfitError as error:
            where = "" if error.place is None else f"row {first + error.place}: "
            raise UnfitError(f"{where}{error}") from None


def rows_of(dimension: int) -> int:
    """Templates in one message of an import."""
    return max(1, min(_MOST, MESSAGE_BYTES // (4 * dimension)))


def said_dimension(said: dict[bytes, bytes]) -> int:
    """Length of the vectors of a file, by its metadata; 0 if those do not tell."""
    text = said.get(DIMENSION_KEY, b"")
    return int(text) if text.isdigit() else 0


def _contract(said: dict[bytes, bytes], given: str | None) -> str:
    """Whose space the vectors are in: as the file says, or as somebody says of it."""
    own = said.get(CONTRACT_KEY, b"").decode(errors="replace")
    if not (own or given):
        raise UnfitError("it does not say of which contract its vectors are: use --contract")
    if own and given and own != given:
        raise UnfitError(f"its vectors are of contract {own}, not {given}")
    return own or given or ""
