"""Vectors as bytes of a store: sealed where there is a key, each in its own place."""

import logging
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from faces.embedding import Vectors
from faces.errors import ServiceUnavailable
from meshkit.sealing import Sealer, Unopenable, key_of
from services.gallery.records import Keys

log = logging.getLogger(__name__)

FLOATS = np.dtype("<f4")
"""Numbers of a vector as it is kept: float32, little-endian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resealed:
    """Some templates of a collection that were looked at, by rising key."""

    last: int | None
    """Key of the last one; None if there was none."""

    seen: int
    changed: int
    """Those that were sealed anew."""


class Sealing:
    """Writes vectors down and reads them again. Any thread may use it."""

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer

    def dump(self, collection: int, templates: Keys, vectors: Vectors) -> Iterator[bytes]:
        """Each row of shape (n, d), so that it opens as that template of that collection only."""
        stored = vectors.astype(FLOATS).tobytes()
        width = vectors.shape[1] * FLOATS.itemsize
        for number, key in enumerate(templates.tolist()):
            row = stored[number * width : (number + 1) * width]
            yield self.sealer.seal(row, _place(collection, key))

    def load(self, collection: int, templates: Sequence[int], kept: Sequence[bytes]) -> Vectors:
        """What `dump` wrote of some templates; shape (n, d), n at least 1.

        Raises:
            ServiceUnavailable: One cannot be opened. The log says which, and why.
        """
        rows = zip(templates, kept, strict=True)
        opened = b"".join(self._opened(collection, key, each) for key, each in rows)
        return np.frombuffer(opened, FLOATS).reshape(len(kept), -1).astype(np.float32, copy=False)

    def again(self, collection: int, template: int, kept: bytes) -> bytes | None:
        """Seal anew what is not sealed with the key in use; None if it is.

        Raises:
            ServiceUnavailable: As `load` does.
        """
        if key_of(kept) == self.sealer.key_id:
            return None
        return self.sealer.seal(
            self._opened(collection, template, kept), _place(collection, template)
        )

    def _opened(self, collection: int, template: int, kept: bytes) -> bytes:
        try:
            return self.sealer.open(kept, _place(collection, template))
        except Unopenable as error:
            where = {"collection": collection, "template": template, "cause": str(error)}
            log.error("a template cannot be opened", extra=where)  # noqa: TRY400  # no bug of ours
            raise ServiceUnavailable(service="gallery") from None


PLAIN = Sealing(Sealer())
"""Of a store without keys."""


def _place(collection: int, template: int) -> bytes:
    return struct.pack("<8sqq", b"template", collection, template)
