"""A snapshot that is being written, while templates are removed."""

import numpy as np
from numpy.typing import NDArray

from services.gallery.records import Keys
from services.gallery.snapshots.blocks import BlockFile, Codes


class Draft:
    """Its caller sees to it that one thing happens at a time."""

    def __init__(self, file: BlockFile) -> None:
        self.file = file
        self.path = file.path
        """Where it is written."""
        self.written = 0
        """Blocks."""
        self.cancelled = False
        """Whether nobody wants it any more."""
        self._erased: Keys = np.empty(0, np.int64)

    def write(self, keys: Keys, codes: Codes, gone: NDArray[np.bool_]) -> None:
        """Write the next block. Its rows may have been copied before they were erased."""
        gone = gone | np.isin(keys, self._erased)
        self.file.write(self.written, keys, codes, gone)
        self.written += 1

    def erase(self, keys: Keys) -> None:
        """Leave templates out, and take those off the disk that are written already."""
        self._erased = np.union1d(self._erased, keys)
        self.file.erase(keys, self.written)
