"""Blocks of a snapshot, and what its index learned, as they are on disk: sealed, with a key."""

import struct

from meshkit.sealing import OVERHEAD, UNSEALED, Sealer, Unopenable
from services.gallery.snapshots.manifest import Manifest, Unreadable


class Wrapping:
    """What one file is sealed with, from its first byte to its last."""

    def __init__(self, manifest: Manifest, sealer: Sealer) -> None:
        self._sealer = sealer
        self._of = manifest.collection, manifest.created_us
        self.overhead = OVERHEAD if manifest.key_id != UNSEALED else 0
        """Bytes that are added to each block; 0 if nothing is sealed."""

    def put(self, number: int, body: bytes) -> bytes:
        """Seal a block, by its number; parts of the manifest have negative ones.

        Raises:
            Unreadable: There is no key any more.
        """
        kept = self._sealer.seal(body, self._place(number)) if self.overhead else body
        if len(kept) != len(body) + self.overhead:
            raise Unreadable("there is no key any more")
        return kept

    def get(self, number: int, kept: bytes) -> bytes:
        """Open a block.

        Raises:
            Unreadable: It was altered, or is another one.
        """
        if not self.overhead:
            return kept
        try:
            return self._sealer.open(kept, self._place(number))
        except Unopenable as error:
            raise Unreadable(str(error)) from None

    def _place(self, number: int) -> bytes:
        return struct.pack("<8sqqq", b"snapshot", *self._of, number)
