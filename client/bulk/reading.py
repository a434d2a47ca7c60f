"""A Parquet file of templates, as the messages of an import."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from client.bulk import taking
from client.bulk.columns import CONTRACT_KEY, FORMAT, FORMAT_KEY
from client.bulk.unfit import UnfitError
from sureface.gallery.v1 import gallery_pb2 as pb

MESSAGE_BYTES = 2**20
"""About the size of a message. A gallery stores several of them in one commit; larger ones
cost it more memory, and no less time."""

_MOST = 4096
"""Templates that a gallery takes in one message."""

_BUFFER_BYTES = 2**20
"""Of each column that is read: a group of rows may be larger than memory."""

_COLUMNS = (
    "person_id",
    "vector",
    "quality",
    "source_id",
    "capture_time",
    "labels",
    "person_labels",
)


class TemplateFile:
    """A file that somebody wants imported: ours, or anybody's with the same columns."""

    def __init__(
        self, path: Path, *, contract_id: str | None = None, quality: float | None = None
    ) -> None:
        """Look at a file; its rows are read later.

        Args:
            path: Where it is.
            contract_id: Of its vectors, if it does not say.
            quality: Of its templates, if it does not say.

        Raises:
            UnfitError: It is no Parquet file, or has not what an import needs.
            OSError: It cannot be read.
        """
        self.path = path
        with _opened(path) as file:
            self._names = file.schema_arrow.names
            self.count: int = file.metadata.num_rows
            said = file.schema_arrow.metadata or {}
            self.dimension = _dimension(file)
            """Length of its vectors; 0 if it has none."""
        for name in ("person_id", "vector", *(() if quality is not None else ("quality",))):
            if name not in self._names:
                hint = "; --quality gives one for all" if name == "quality" else ""
                raise UnfitError(f"there is no column {name}{hint}")
        if said.get(FORMAT_KEY, FORMAT) != FORMAT:
            raise UnfitError("it is of a newer format: use a newer sureface")
        self.contract_id = _contract(said, contract_id)
        self._quality = quality

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
            UnfitError: A row cannot be taken; the messages before it came.
        """
        each = rows_of(dimension)
        first = sequence * each
        for table in self._tables(each, first):
            [batch] = table.to_batches() or [None]
            try:
                records = taking.records(batch, dimension, self._quality)
            except UnfitError as error:
                where = "" if error.place is None else f"row {first + error.place}: "
                raise UnfitError(f"{where}{error}") from None
            yield pb.ImportTemplatesRequest(records=records)
            first += len(records)

    def _tables(self, each: int, first: int) -> Iterator[pa.Table]:
        """Rows from one on, `each` at a time whatever groups they are in."""
        with _opened(self.path) as file:
            group = 0
            while group < file.num_row_groups and first >= file.metadata.row_group(group).num_rows:
                first -= file.metadata.row_group(group).num_rows
                group += 1
            wanted = [name for name in _COLUMNS if name in self._names]
            groups = list(range(group, file.num_row_groups))
            waiting: pa.Table | None = None
            for batch in file.iter_batches(each, row_groups=groups, columns=wanted):
                came = pa.Table.from_batches([batch])
                waiting = pa.concat_tables([waiting, came]) if waiting else came
                skipped = min(first, waiting.num_rows)
                first, waiting = first - skipped, waiting.slice(skipped)
                while waiting.num_rows >= each:
                    yield waiting.slice(0, each).combine_chunks()
                    waiting = waiting.slice(each)
            if waiting and waiting.num_rows:
                yield waiting.combine_chunks()


def rows_of(dimension: int) -> int:
    """Templates in one message of an import."""
    return max(1, min(_MOST, MESSAGE_BYTES // (4 * dimension)))


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, buffer_size=_BUFFER_BYTES, pre_buffer=False)
    except pa.ArrowInvalid:
        raise UnfitError("it is no Parquet file, or is cut short") from None


def _dimension(file: pq.ParquetFile) -> int:
    """How long the first vector is."""
    names = [name for name in file.schema_arrow.names if name == "vector"]
    first = next(file.iter_batches(1, columns=names), None) if names else None
    return taking.width(first.column("vector")) if first else 0


def _contract(said: dict[bytes, bytes], given: str | None) -> str:
    """Whose space the vectors are in: as the file says, or as somebody says of it."""
    own = said.get(CONTRACT_KEY, b"").decode()
    if not (own or given):
        raise UnfitError("it does not say of which contract its vectors are: use --contract")
    if own and given and own != given:
        raise UnfitError(f"its vectors are of contract {own}, not {given}")
    return own or given or ""
