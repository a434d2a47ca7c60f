"""Codes of a fast scan, row by row.

A fast scan keeps its codes 32 by 32, shuffled for the processor's registers. On disk
they must be rows, so that one can be erased.
"""

from typing import Any

import faiss
import numpy as np

from services.gallery.faiss.storage import Codes, show
from services.gallery.records import Keys

GROUP = 32
"""Rows that a fast scan shuffles into one another."""


def code_bytes(index: Any) -> int:
    """Bytes of a row's code; 0 if the index has none that can be read."""
    scan = _inner(index)
    readable = isinstance(scan, faiss.IndexPQFastScan) and scan.bbs == GROUP
    return int(scan.code_size) if readable else 0


def unpacked(index: Any, start: int, end: int) -> Codes:
    """Codes of rows from `start`, a multiple of `GROUP`, up to `end`; shape (n, bytes)."""
    scan = _inner(index)
    packer = scan.get_CodePacker()
    packed = faiss.rev_swig_ptr(scan.codes.get(), scan.codes.size()).reshape(-1, packer.block_size)
    groups = range(start // GROUP, -(-end // GROUP))
    codes = np.zeros((len(groups) * GROUP, packer.code_size), np.uint8)
    for place, group in enumerate(groups):
        packer.unpack_all(faiss.swig_ptr(packed[group]), faiss.swig_ptr(codes[place * GROUP :]))
    return codes[: end - start]


def pack(index: Any, codes: Codes) -> None:
    """Fill an empty index with the codes of all rows."""
    scan = _inner(index)
    rows = faiss.IndexPQ(scan.d, scan.M, scan.nbits, scan.metric_type)
    rows.pq, rows.is_trained = scan.pq, True
    made: Any = faiss.IndexPQFastScan(show(rows, codes), GROUP)
    scan.codes, scan.ntotal, scan.ntotal2 = made.codes, made.ntotal, made.ntotal2
    index.ntotal = made.ntotal


def overwrite(index: Any, rows: Keys, code: Codes) -> None:
    """Give rows another code, of shape (bytes,), in place: 5 us for each."""
    scan = _inner(index)
    packer = scan.get_CodePacker()
    packed = faiss.rev_swig_ptr(scan.codes.get(), scan.codes.size()).reshape(-1, packer.block_size)
    for row in rows.tolist():
        group = row // GROUP
        packer.pack_1(code, row % GROUP, packed[group : group + 1])


def _inner(index: Any) -> Any:
    """What is behind the rotation."""
    inner = faiss.downcast_index(index)
    return (
        faiss.downcast_index(inner.index) if isinstance(inner, faiss.IndexPreTransform) else inner
    )
