"""Arrays that grow at the end: one column of a table in memory."""

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

T = TypeVar("T", bound=np.generic)

_FIRST = 64


class Column(Generic[T]):
    """A one-dimensional array that is appended to in constant time, on average."""

    def __init__(self, dtype: DTypeLike) -> None:
        self._room: NDArray[T] = np.empty(_FIRST, dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> NDArray[T]:
        """Shape (len,): a view, valid until the next `extend`."""
        return self._room[: self._size]

    @property
    def nbytes(self) -> int:
        """Memory taken, the room to grow included."""
        return self._room.nbytes

    def extend(self, values: NDArray[T]) -> None:
        """Append values of the column's type."""
        end = self._size + len(values)
        if end > len(self._room):
            room = np.empty(end + end // 2, self._room.dtype)
            room[: self._size] = self.values
            self._room = room
        self._room[self._size : end] = values
        self._size = end


def places(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each wanted key is among rising keys; -1 where it is not. Any shape."""
    if not keys.size:
        return np.full(wanted.shape, -1, np.int64)
    found = np.searchsorted(keys, wanted)
    found[found == len(keys)] = 0
    return np.where(keys[found] == wanted, found, -1)
