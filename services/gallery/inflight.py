"""What an import has sent to the store, and was not answered yet."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Generic, Protocol, TypeVar

from services.gallery.answers import Imported


class Sized(Protocol):
    """Something that takes room."""

    @property
    def nbytes(self) -> int:
        """How much."""
        ...


S = TypeVar("S", bound=Sized)


class InFlight(Generic[S]):
    """Parcels on their way, in order. Used by one task, which must `drop` them at last."""

    def __init__(self, store: Callable[[S], Coroutine[Any, Any, Imported]]) -> None:
        self._store = store
        self._tasks = deque[tuple[asyncio.Task[Imported], int]]()
        self._nbytes = 0
        self.landed = Imported(0, 0)
        """What was stored so far, and the position of the last of it."""

    async def put(self, parcel: S, *, limit: int) -> None:
        """Send a parcel, once it is alone or all in flight take no more than `limit` bytes.

        Raises:
            FaceError: One of those before it is refused.
        """
        while self._tasks and self._nbytes + parcel.nbytes > limit:
            await self._next()
        task = asyncio.create_task(self._store(parcel), name="import")
        self._tasks.append((task, parcel.nbytes))
        self._nbytes += parcel.nbytes

    async def land(self) -> None:
        """Wait for all.

        Raises:
            FaceError: One is refused: the first one. The others are dropped.
        """
        while self._tasks:
            await self._next()

    async def drop(self) -> None:
        """Give up what is not stored yet."""
        tasks = [task for task, _ in self._tasks]
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        # They may have failed, too: nobody needs to hear of it.
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _next(self) -> None:
        task, nbytes = self._tasks[0]
        try:
            stored = await task
        except BaseException:
            await self.drop()
            raise
        self._tasks.popleft()
        self._nbytes -= nbytes
        self.landed = Imported(self.landed.template_count + stored.template_count, stored.position)
