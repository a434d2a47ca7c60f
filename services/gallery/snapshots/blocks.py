"""The file of a snapshot's rows: a manifest, a checksum for each block, the blocks.

    manifest | (first key, CRC-32) of each block | keys and codes of each block

A row can be overwritten in place. Whatever happens between that and the new checksum
makes the file unreadable, never wrong. CRC-32 takes 2.2 GB/s here, SHA-256 1.5; chance
is what it guards against. With a key, each block is sealed, and what the manifest learned.
"""

import dataclasses
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

from meshkit.sealing import Sealer
from services.gallery.records import Keys
from services.gallery.snapshots.manifest import Manifest, Unreadable
from services.gallery.snapshots.sealed import Wrapping

BLOCK = 1024
"""Rows of a block: 1 MB in fp16, which takes half a millisecond to check."""

Codes = NDArray[np.uint8]
_ENTRY = np.dtype([("first", "<i8"), ("crc", "<u4"), ("unused", "<u4")])


class BlockFile:
    """A file of rows by rising key. A row that is erased has key 0 and code 0."""

    def __init__(
        self,
        path: Path,
        manifest: Manifest,
        wrapping: Wrapping,
        *,
        start: int,
        table: NDArray[np.void],
    ) -> None:
        self.path = path
        self.manifest = manifest
        self._wrapping = wrapping
        self._table_at = start
        self._table = table
        self._row_bytes = 8 + manifest.code_bytes

    @classmethod
    def create(cls, path: Path, manifest: Manifest, sealer: Sealer) -> "BlockFile":
        """Start a file. It can be opened once `finish` returned."""
        wrapping = Wrapping(manifest, sealer)
        parts = tuple(wrapping.put(-n, part) for n, part in enumerate(manifest.parts, 1))
        written = dataclasses.replace(manifest, parts=parts).dump()
        path.write_bytes(written)
        table = np.zeros(-(-manifest.rows // BLOCK), _ENTRY)
        return cls(path, manifest, wrapping, start=len(written), table=table)

    @classmethod
    def open(cls, path: Path, sealer: Sealer) -> "BlockFile":
        """Open a file that was finished; its blocks are checked as they are read.

        Raises:
            Unreadable: It is damaged, or of another key than the one in use.
            OSError: It cannot be read.
        """
        with path.open("rb") as file:
            manifest, start = Manifest.load(file.read)
            if manifest.key_id != sealer.key_id:
                raise Unreadable("it is not sealed with the key in use")
            wrapping = Wrapping(manifest, sealer)
            parts = tuple(wrapping.get(-n, part) for n, part in enumerate(manifest.parts, 1))
            manifest = dataclasses.replace(manifest, parts=parts)
            count = -(-manifest.rows // BLOCK)
            raw = file.read(count * _ENTRY.itemsize)
            if len(raw) < count * _ENTRY.itemsize:
                raise Unreadable("it is cut short")
            table = np.frombuffer(raw, _ENTRY).copy()
            made = cls(path, manifest, wrapping, start=start, table=table)
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
        self._table[number]["first"] = first
        with self.path.open("r+b") as file:
            self._put(file, number, keys.astype("<i8").tobytes() + codes.tobytes())

    def sync(self) -> None:
        """Wait until everything written is on disk."""
        with self.path.open("r+b") as file:
            os.fsync(file.fileno())

    def finish(self) -> None:
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
        body = held.tobytes() + codes.tobytes()
        if self._wrapping.overhead:
            self._put(file, number, body)
        else:
            self._blank(file, number, rows)
            self._check(number, body)
        file.seek(self._table_at + number * _ENTRY.itemsize)
        file.write(self._table[number : number + 1].tobytes())

    def _put(self, file: BinaryIO, number: int, body: bytes) -> None:
        """Write a block where it belongs, and note its checksum."""
        kept = self._wrapping.put(number, body)
        file.seek(self._at(number * BLOCK))
        file.write(kept)
        self._check(number, kept)

    def _blank(self, file: BinaryIO, number: int, rows: NDArray[np.intp]) -> None:
        """Overwrite rows of a block, not all of it."""
        start, count = self._at(number * BLOCK), self._size(number) // self._row_bytes
        for row in rows.tolist():
            file.seek(start + 8 * row)
            file.write(bytes(8))
            file.seek(start + 8 * count + self.manifest.code_bytes * row)
            file.write(bytes(self.manifest.code_bytes))

    def _check(self, number: int, body: bytes) -> None:
        entry = self._table[number : number + 1]
        entry["crc"] = _crc(int(entry["first"][0]), body)

    def _block(self, file: BinaryIO, number: int) -> tuple[Keys, Codes]:
        file.seek(self._at(number * BLOCK))
        body = np.fromfile(file, np.uint8, self._size(number))
        entry = self._table[number]
        if len(body) < self._size(number) or _crc(int(entry["first"]), body.data) != entry["crc"]:
            raise Unreadable("a block is damaged")
        if self._wrapping.overhead:
            opened = self._wrapping.get(number, body.tobytes())
            body = np.frombuffer(bytearray(opened), np.uint8)
        count = len(body) // self._row_bytes
        keys = body[: 8 * count].view("<i8")
        return keys, body[8 * count :].reshape(count, self.manifest.code_bytes)

    def _size(self, number: int) -> int:
        count = min(BLOCK, self.manifest.rows - number * BLOCK)
        return count * self._row_bytes + self._wrapping.overhead

    def _at(self, row: int) -> int:
        """Where a row begins; the first one of a block, or the end of the last one."""
        overheads = -(-row // BLOCK) * self._wrapping.overhead
        return self._table_at + self._table.nbytes + row * self._row_bytes + overheads


def _crc(first: int, body: Buffer) -> int:
    return zlib.crc32(body, zlib.crc32(first.to_bytes(8)))
