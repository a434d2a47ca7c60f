"""The file of a snapshot's rows: a manifest, a checksum for each block, the blocks.

    manifest | (first key, CRC-32) of each block | keys and codes of each block

A row can be overwritten in place. Whatever happens between that and the new checksum
makes the file unreadable, never wrong. CRC-32 takes 2.2 GB/s here, SHA-256 1.5; chance
is what it guards against.
"""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

from services.gallery.records import Keys
from services.gallery.snapshots.manifest import Manifest, Unreadable

BLOCK = 1024
"""Rows of a block: 1 MB in fp16, which takes half a millisecond to check."""

Codes = NDArray[np.uint8]
_ENTRY = np.dtype([("first", "<i8"), ("crc", "<u4"), ("unused", "<u4")])


class BlockFile:
    """A file of rows by rising key. A row that is erased has key 0 and code 0."""

    def __init__(self, path: Path, manifest: Manifest, start: int, table: NDArray[np.void]) -> None:
        self.path = path
        self.manifest = manifest
        self._table_at = start
        self._table = table
        self._row_bytes = 8 + manifest.code_bytes

    @classmethod
    def create(cls, path: Path, manifest: Manifest) -> "BlockFile":
        """Start a file. It can be opened once `seal` returned."""
        written = manifest.dump()
        path.write_bytes(written)
        return cls(path, manifest, len(written), np.zeros(-(-manifest.rows // BLOCK), _ENTRY))

    @classmethod
    def open(cls, path: Path) -> "BlockFile":
        """Open a file that was sealed; its blocks are checked as they are read.

        Raises:
            Unreadable: It is damaged.
            OSError: It cannot be read.
        """
        with path.open("rb") as file:
            manifest, start = Manifest.load(file.read)
            count = -(-manifest.rows // BLOCK)
            raw = file.read(count * _ENTRY.itemsize)
            if len(raw) < count * _ENTRY.itemsize:
                raise Unreadable("it is cut short")
            made = cls(path, manifest, start, np.frombuffer(raw, _ENTRY).copy())
            if os.fstat(file.fileno()).st_size != made._at(manifest.rows):
                raise Unreadable("it is cut short")
        return made

    @property
    def block_count(self) -> int:
        """Blocks of the whole file."""
        return len(self._table)

    def write(self, number: int, keys: Keys, codes: Codes, gone: NDArray[np.bool_]) -> None:
        """Write a block: up to `BLOCK` rows, of which those that are gone are left blank."""
        first = int(keys[0])
        if gone.any():
            keys, codes = np.where(gone, 0, keys), np.where(gone[:, None], np.uint8(0), codes)
        body = keys.astype("<i8").tobytes() + codes.tobytes()
        with self.path.open("r+b") as file:
            file.seek(self._at(number * BLOCK))
            file.write(body)
        self._table[number] = (first, _crc(first, body), 0)

    def sync(self) -> None:
        """Wait until everything written is on disk."""
        with self.path.open("r+b") as file:
            os.fsync(file.fileno())

    def seal(self) -> None:
        """Write the checksums of all blocks; everything is on disk when this returns."""
        with self.path.open("r+b") as file:
            file.seek(self._table_at)
            file.write(self._table.tobytes())
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> Iterator[tuple[Keys, Codes]]:
        """Keys and codes of all rows, block by block, but for those that were erased.

        Raises:
            Unreadable: A block is damaged.
            OSError: It cannot be read.
        """
        with self.path.open("rb") as file:
            for number in range(len(self._table)):
                keys, codes = self._block(file, number)
                kept = keys > 0
                yield (keys, codes) if kept.all() else (keys[kept], codes[kept])

    def erase(self, keys: Keys, below: int) -> None:
        """Overwrite rows of some keys; they are off the disk when this returns.

        Args:
            keys: Those that are not here are passed over.
            below: Blocks with smaller numbers have been written.

        Raises:
            Unreadable: A block is damaged.
            OSError: The file cannot be written.
        """
        numbers = np.searchsorted(self._table["first"][:below], keys, side="right") - 1
        with self.path.open("r+b") as file:
            for number in np.unique(numbers[numbers >= 0]).tolist():
                self._erase_within(file, number, keys)
            file.flush()
            os.fsync(file.fileno())

    def _erase_within(self, file: BinaryIO, number: int, keys: Keys) -> None:
        held, codes = self._block(file, number)
        rows = np.flatnonzero(np.isin(held, keys) & (held > 0))
        if not rows.size:
            return
        held[rows], codes[rows] = 0, 0
        start = self._at(number * BLOCK)
        for row in rows.tolist():
            file.seek(start + 8 * row)
            file.write(bytes(8))
            file.seek(start + 8 * len(held) + self.manifest.code_bytes * row)
            file.write(bytes(self.manifest.code_bytes))
        entry = self._table[number : number + 1]
        entry["crc"] = _crc(int(entry["first"][0]), held.data, codes.data)
        file.seek(self._table_at + number * _ENTRY.itemsize)
        file.write(entry.tobytes())

    def _block(self, file: BinaryIO, number: int) -> tuple[Keys, Codes]:
        count = min(BLOCK, self.manifest.rows - number * BLOCK)
        file.seek(self._at(number * BLOCK))
        body = np.fromfile(file, np.uint8, count * self._row_bytes)
        entry = self._table[number]
        if (
            len(body) < count * self._row_bytes
            or _crc(int(entry["first"]), body.data) != entry["crc"]
        ):
            raise Unreadable("a block is damaged")
        keys = body[: 8 * count].view("<i8")
        return keys, body[8 * count :].reshape(count, self.manifest.code_bytes)

    def _at(self, row: int) -> int:
        return self._table_at + self._table.nbytes + row * self._row_bytes


def _crc(first: int, *parts: Buffer) -> int:
    crc = zlib.crc32(first.to_bytes(8))
    for part in parts:
        crc = zlib.crc32(part, crc)
    return crc
