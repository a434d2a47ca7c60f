"""The store: writes in groups on one thread, reads on another."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

from typing_extensions import override

from meshkit.batcher import Batcher, BatchLimits
from services.gallery.queued import READS, QueuedStore, Reads, outcome_of
from services.gallery.sealing import PLAIN, Resealed, Sealing
from services.gallery.sqlite import file, resealing
from services.gallery.sqlite.queries import SqliteReader
from services.gallery.sqlite.schema import upgrade
from services.gallery.sqlite.source import SqliteSource
from services.gallery.sqlite.writer import VACUUM, Chore, Item, Writer, alone
from services.gallery.store import Follower, Reader

log = logging.getLogger(__name__)


class SqliteStore(QueuedStore):
    """Implements `Store` in one file; `opened` makes it."""

    def __init__(self, writes: Batcher[Item, Any], reads: Reads, sealing: Sealing) -> None:
        super().__init__(writes, reads)
        self._sealing = sealing

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(
        cls,
        path: Path,
        follower: Follower,
        *,
        limits: BatchLimits,
        remember_h: float,
        sealing: Sealing = PLAIN,
    ) -> AsyncIterator["SqliteStore"]:
        """Open the file, load the follower, and serve while the block runs.

        Args:
            path: Created if it is not there.
            follower: Is told of every commit before the commit is answered.
            limits: How writes share commits.
            remember_h: Hours that answers are remembered by their request's id.
            sealing: How vectors are written down.

        Raises:
            ConfigError: The file is in use, of a newer schema, sealed with a key that is not
                there, or cannot be used.
        """
        async with contextlib.AsyncExitStack() as stack:
            with file.failing_as_config(path):
                stack.enter_context(file.exclusive(path))
                db = stack.enter_context(file.connection(path, writes=True))
                upgrade(db)
                sealing.sealer.require(resealing.uses(db))
                source = SqliteSource(stack.enter_context(file.connection(path)), sealing)
                view = stack.enter_context(file.connection(path))
                writer = Writer(db, follower, source, sealing, keep_us=round(remember_h * 3600e6))
                await asyncio.to_thread(follower.load, source)
                # What a process that was killed had removed is in the log, perhaps.
                await asyncio.to_thread(writer.run, [None])
            writes = Batcher(writer.run, name="gallery writes", limits=limits, key=alone)
            reads = Reads(
                lambda works: [_view(view, sealing, work) for work in works],
                name="gallery reads",
                limits=READS,
            )
            yield cls(
                await stack.enter_async_context(writes.open()),
                await stack.enter_async_context(reads.open()),
                sealing,
            )

    @override
    async def compact(self) -> None:
        outcome_of(*await self._writes.submit([VACUUM]))

    @override
    async def keys(self) -> Mapping[str, int]:
        found: Mapping[str, int] = await self._chore(resealing.uses)
        return found

    @override
    async def reseal(self, collection: int, after: int) -> Resealed:
        sealing = self._sealing
        done: Resealed = await self._chore(
            lambda db: resealing.page(db, sealing, collection, after)
        )
        return done

    @override
    async def retire(self, before: Mapping[str, int]) -> None:
        await self.compact()
        await self._chore(lambda db: resealing.retire(db, self._sealing, before))

    async def _chore(self, chore: Chore) -> Any:
        return outcome_of(*await self._writes.submit([chore]))

    # Nobody else writes to the file, and the follower is told of each commit at once.

    @property
    @override
    def stale(self) -> bool:
        return False

    @property
    @override
    def lag(self) -> int:
        return 0


def _view(db: sqlite3.Connection, sealing: Sealing, work: Callable[[Reader], Any]) -> Any:
    """What the work returns, or the exception that its caller will raise."""
    try:
        db.execute("BEGIN")
        try:
            return work(SqliteReader(db, sealing))
        finally:
            db.execute("ROLLBACK")
    except sqlite3.Error as error:
        log.exception("the store fails to read")
        return file.unavailable() if file.is_failing(error) else error
    except Exception as error:  # noqa: BLE001  # it belongs to the caller, who raises it
        return error
