"""The first stage: a compressed FAISS index that finds candidates, by row."""

from typing import Any

import faiss
import numpy as np

from faces.embedding import Vectors
from services.gallery.faiss import packing
from services.gallery.faiss.storage import Codes
from services.gallery.plan import Plan
from services.gallery.records import Keys

LEAST_SAMPLE = 1024
"""Vectors that a first stage must see to learn anything worth having."""

_WIDER = 4
"""Candidates that each result asked for adds to the shortlist."""

_WORTH = 8
"""Scoring more than one in so many rows takes as long as scoring all of them."""

_ID_BYTES = 8
"""What an inverted file keeps beside each code."""


class FirstStage:
    """Row n is the nth vector that was added. No row ever goes; codes can be blanked."""

    most = 2**31
    """Most candidates a probe that the index can give."""

    def __init__(self, trained: Any, plan: Plan, learned: bytes) -> None:
        """Wrap a FAISS index.

        Args:
            trained: Empty.
            plan: For its shortlist and nprobe.
            learned: The same index without vectors, as FAISS writes it.
        """
        self.learned = learned
        self._index = trained
        self._plan = plan

    @property
    def code_bytes(self) -> int:
        """Of each row, if codes can be read back; otherwise 0."""
        return packing.code_bytes(self._index)

    @property
    def count(self) -> int:
        """Rows that were added."""
        return int(self._index.ntotal)

    @property
    def nbytes(self) -> int:
        """Memory, about: of what was learned, and of the codes."""
        inverted = faiss.try_extract_index_ivf(self._index) is not None
        codes = self.count * (self._index.sa_code_size() + inverted * _ID_BYTES)
        return len(self.learned) + int(codes)

    def add(self, vectors: Vectors) -> None:
        """Append vectors, shape (n, d)."""
        self._index.add(np.ascontiguousarray(vectors, np.float32))

    def blank(self, rows: Keys) -> None:
        """Overwrite codes with that of a vector which resembles nobody.

        Those of an inverted file or a GPU cannot be reached: they stay until the index is
        rebuilt.
        """
        if self.code_bytes and rows.size:
            nobody = self._index.sa_encode(np.zeros((1, self._index.d), np.float32))
            packing.overwrite(self._index, rows, nobody[0])

    def shortlist(self, count: int, removed: int) -> int:
        """How many candidates have the best `count` among them; 0 if every row must be scored.

        Of all rows `removed` are gone by now. A first stage that cannot blank its codes
        still finds them.
        """
        wanted = self._plan.shortlist + _WIDER * count
        wanted = wanted * self.count // max(1, self.count - removed)
        return wanted if wanted <= min(self.most, self.count // _WORTH) else 0

    def candidates(self, probes: Vectors, count: int) -> Keys:
        """Rows that promise most for each probe, shape (n, count); -1 where none is left."""
        _, rows = self._index.search(np.ascontiguousarray(probes), count)
        found: Keys = rows
        return found

    def codes(self, start: int, end: int) -> Codes:
        """Codes of rows, shape (n, code_bytes); `start` is a multiple of 32."""
        if not self.code_bytes:
            return np.empty((end - start, 0), np.uint8)
        return packing.unpacked(self._index, start, end)

    def restore(self, codes: Codes) -> None:
        """Take all rows in, by what `codes` returned for them."""
        packing.pack(self._index, codes)


def teach(plan: Plan, sample: Vectors) -> Any:
    """Make the FAISS index of a first stage, and let it learn from a sample of shape (n, d)."""
    made = faiss.index_factory(sample.shape[1], plan.first_stage, faiss.METRIC_INNER_PRODUCT)
    made.train(np.ascontiguousarray(sample))
    return made


def probing(trained: Any, plan: Plan) -> Any:
    """Let an inverted file visit as many cells as the plan says; returns the index."""
    inverted = faiss.try_extract_index_ivf(trained)
    if inverted is not None:
        inverted.nprobe = max(1, plan.nprobe)
    return trained


def written(index: Any) -> bytes:
    """A FAISS index as bytes."""
    raw: bytes = faiss.serialize_index(index).tobytes()
    return raw


def read(raw: bytes) -> Any:
    """The FAISS index that `written` wrote."""
    return faiss.deserialize_index(np.frombuffer(raw, np.uint8))


def possible(plan: Plan, dimension: int) -> bool:
    """Whether vectors of this length can have the first stage of a plan."""
    try:
        made: Any = faiss.index_factory(dimension, plan.first_stage, faiss.METRIC_INNER_PRODUCT)
    except RuntimeError:
        return False
    # A rotation that adds dimensions is made, but cannot learn.
    chain: Any = made.chain if isinstance(made, faiss.IndexPreTransform) else None
    return chain is None or bool(chain.at(0).d_out <= dimension)
