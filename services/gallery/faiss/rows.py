"""The vectors of an index, row by row, and their exact scores."""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from services.gallery.faiss.storage import Codes, show
from services.gallery.records import Keys

Found = tuple[Vectors, Keys]
"""Similarities and rows, shape (n, count) each, best first; row -1 where there is no more."""

_STEP = 8192
"""Rows by which the columns grow once they are that long: 7 ms to clear 8 MB. A larger
allocation would not be faster: the system moves the pages, not the bytes."""


class Rows:
    """Columns by rising key. A row never moves, and a removed one stays, blank."""

    def __init__(self, quantizer: Any) -> None:
        self.learned = faiss.serialize_index(quantizer).tobytes()
        """The quantizer, as `thawed` reads it."""
        self._quantizer = quantizer
        self.removed = 0
        """Rows that are blank."""
        self._count = 0
        # Longer than needed, to grow seldom.
        self._keys: Keys = np.empty(0, np.int64)
        self._codes: Codes = np.empty((0, quantizer.code_size), np.uint8)
        self._gone: NDArray[np.bool_] = np.empty(0, np.bool_)
        self._blank: Codes = self.encode(np.zeros((1, quantizer.d), np.float32))

    def __len__(self) -> int:
        return self._count

    @property
    def keys(self) -> Keys:
        """Rising; a view that holds until rows are added."""
        return self._keys[: self._count]

    @property
    def codes(self) -> Codes:
        """A view that holds until rows are added."""
        return self._codes[: self._count]

    @property
    def gone(self) -> NDArray[np.bool_]:
        """Which rows are blank; a view that holds until rows are added."""
        return self._gone[: self._count]

    @property
    def code_bytes(self) -> int:
        """Of each row."""
        return int(self._codes.shape[1])

    @property
    def nbytes(self) -> int:
        """Memory of the columns."""
        return self._keys.nbytes + self._codes.nbytes + self._gone.nbytes

    def encode(self, vectors: Vectors) -> Codes:
        """Write vectors as codes."""
        codes: Codes = self._quantizer.sa_encode(np.ascontiguousarray(vectors, np.float32))
        return codes

    def decode(self, codes: Codes) -> Vectors:
        """Read codes as vectors."""
        vectors: Vectors = self._quantizer.sa_decode(np.ascontiguousarray(codes))
        return vectors

    def append(self, keys: Keys, codes: Codes) -> None:
        """Take rows in, by rising keys."""
        end = self._count + len(keys)
        if end > len(self._keys):
            self.reserve(end + min(self._count, _STEP))
        self._keys[self._count : end], self._codes[self._count : end] = keys, codes
        self._count = end

    def reserve(self, count: int) -> None:
        """Make room for so many rows."""
        # In place: no view may outlive this, and none does, since callers take turns.
        self._keys.resize(count, refcheck=False)
        self._codes.resize((count, self._codes.shape[1]), refcheck=False)
        self._gone.resize(count, refcheck=False)

    def blank(self, keys: Keys) -> Keys:
        """Overwrite rows with a vector that resembles nobody; the rows that were not blank.

        Unknown keys are passed over.
        """
        rows = np.searchsorted(self.keys, keys)
        there = rows < self._count
        there[there] = self._keys[rows[there]] == keys[there]
        rows = np.unique(rows[there])
        rows = rows[~self._gone[rows]]
        self._codes[rows], self._gone[rows] = self._blank, True
        self.removed += len(rows)
        return rows

    def keys_of(self, rows: Keys) -> Keys:
        """Keys of rows, any shape; -1 for row -1."""
        if not self._count:
            return np.full_like(rows, -1)
        return np.where(rows < 0, -1, self._keys[rows])

    def vectors(self, keys: Keys) -> Vectors:
        """Vectors of keys that are here; shape (n, d)."""
        return self.decode(self._codes[np.searchsorted(self.keys, keys)])

    def scan(self, probes: Vectors, count: int) -> Found:
        """Score every row."""
        rough, rows = show(self._quantizer, self.codes).search(np.ascontiguousarray(probes), count)
        return rough, rows

    def score(self, probe: NDArray[np.float32], rows: Keys, count: int) -> Found:
        """Score some rows for one probe of shape (1, d), as `scan` would."""
        rows = rows[rows >= 0]
        # Gathered codes are scanned like all others: 45 us for 500 of them in fp16, of
        # which decoding them alone would take 200.
        gathered = self._codes.take(rows, axis=0)
        rough, places = show(self._quantizer, gathered).search(probe, count)
        return rough, np.append(rows, -1)[places]
