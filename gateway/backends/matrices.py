"""The matrices that collections are turned by, each drawn once while it is asked for."""

import asyncio
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from faces.renewable import Matrix, orthonormal

MOST = 128
"""Matrices that are remembered: 2 MB each, of 512 dimensions."""


class Matrices:
    """Draws one at a time, on a thread of its own: nobody else's work waits for it."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[tuple[bytes, str, int], Matrix] = OrderedDict()
        self._lock = threading.Lock()
        self._drawing = ThreadPoolExecutor(1, thread_name_prefix="matrices")

    def drawn(self, key: bytes, collection_id: str, dimension: int) -> Matrix | None:
        """The matrix of a collection, if it is remembered."""
        name = key, collection_id, dimension
        with self._lock:
            if name in self._drawn:
                self._drawn.move_to_end(name)
            return self._drawn.get(name)

    async def of(self, key: bytes, collection_id: str, dimension: int) -> Matrix:
        """The matrix of a collection. Takes some 100 ms if it is not remembered."""
        name = key, collection_id, dimension
        found = self.drawn(*name)
        if found is not None:
            return found
        return await asyncio.get_running_loop().run_in_executor(self._drawing, self._draw, *name)

    def _draw(self, *name: *tuple[bytes, str, int]) -> Matrix:
        found = self.drawn(*name)  # by whoever asked just before
        if found is not None:
            return found
        matrix = orthonormal(*name)
        with self._lock:
            self._drawn[name] = matrix
            if len(self._drawn) > MOST:
                self._drawn.popitem(last=False)
        return matrix
