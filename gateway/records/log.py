"""The decision log: a record is on disk before anybody hears of what it says."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from faces.errors import StoreUnavailable
from gateway.config import Config
from gateway.identity.asking import asking
from gateway.records.commits import Commits
from gateway.records.journal import SEGMENT_BYTES, Journal, Storage, open_journal
from gateway.records.retention import remove_old
from gateway.records.segment import Sync
from gateway.records.trail import leave
from meshkit.callers import caller
from meshkit.chain import (
    PLAIN,
    Chain,
    ChainBroken,
    Excerpt,
    Head,
    Seal,
    encode,
    proof,
    seal_by,
    stretch,
)
from meshkit.config import ConfigError

log = logging.getLogger(__name__)

_SWEEP_S = 3600.0


def _now() -> datetime:
    return datetime.now(UTC)


class DecisionLog:
    """Appends for callers of one event loop, who share waits for the disk."""

    def __init__(
        self,
        data: Path,
        *,
        seal: Seal = PLAIN,
        days: int = 0,
        segment_bytes: int = SEGMENT_BYTES,
        clock: Callable[[], datetime] = _now,
        sync: Sync = os.fsync,
    ) -> None:
        """Prepare a log; it is opened on entry.

        Args:
            data: The gateway's folder.
            seal: How records are hashed.
            days: For how long records are kept; 0 for ever.
            segment_bytes: Size at which a segment is closed.
            clock: Tells the time, in UTC.
            sync: How to wait for the disk.
        """
        self._storage = Storage(data=data, seal=seal, segment_bytes=segment_bytes, sync=sync)
        self._days = days
        self._clock = clock
        self._open = contextlib.ExitStack()
        self._journal: Journal
        self._commits: Commits[Head]

    async def append(self, record: Mapping[str, object]) -> Head:
        """Write one record, and wait until it is on disk; its place in the chain.

        Args:
            record: With a ``kind`` and a ``time``. Who asks, since when, and how they named
                the call is added, and who their credential says they are.

        Raises:
            StoreUnavailable: It is not kept, as on a full disk. Nobody gets an answer that
                the log does not hold.
        """
        try:
            head = await self._commits.write(encode({**_asked(), **record}))
        except OSError as error:
            raise StoreUnavailable(store="decision") from error
        leave()
        return head

    @property
    def data(self) -> Path:
        """The folder that it is in."""
        return self._storage.data

    @property
    def head(self) -> Head:
        """The last record that is kept."""
        return self._journal.head

    async def excerpt(self, after: Head, **facts: object) -> bytes:
        """All that was appended behind a record, as an excerpt: docs/audit.md.

        Args:
            after: That record.
            facts: What the excerpt says of itself.

        Raises:
            StoreUnavailable: It cannot be read, or is not what was written.
        """
        made: list[bytes] = []
        try:
            await self._commits.between(lambda: made.append(self._excerpt(after, facts)))
        except (OSError, ChainBroken) as error:
            raise StoreUnavailable(store="decision") from error
        return made[0]

    async def chain(self, behind: int) -> tuple[Chain, Head]:
        """The segments behind a record, and the last record in them.

        Both are of one instant, at which nothing is written or removed: a head in a segment
        that is not among them would look like a log that was cut.

        Raises:
            StoreUnavailable: They cannot be looked for.
        """
        made: list[tuple[Chain, Head]] = []

        def look() -> None:
            journal = self._journal
            made.append((Chain(journal.folder, journal.seal, behind=behind), journal.head))

        try:
            await self._commits.between(look)
        except OSError as error:
            raise StoreUnavailable(store="decision") from error
        return made[0]

    async def sweep(self) -> None:
        """Remove what is older than it may be. What cannot be removed is tried again later."""
        await self._commits.between(self._sweep)

    def _write(self, records: list[bytes]) -> list[Head]:
        try:
            return self._journal.append(records, self._clock().date())
        except OSError as error:
            facts = {"records": len(records), "why": error.strerror}
            log.error("records are not kept", extra=facts)  # noqa: TRY400  # names no bug of ours
            raise

    def _excerpt(self, after: Head, facts: Mapping[str, object]) -> bytes:
        entries = list(stretch(self._journal.folder, self._journal.seal, after))
        last = entries[-1].head if entries else after
        proven = proof(Excerpt(before=after, last=last, head=last), **facts)
        return b"".join((*(entry.line for entry in entries), proven))

    def _sweep(self) -> None:
        try:
            remove_old(self._journal, self._clock(), self._days)
        except OSError as error:
            log.warning("old records are not removed", extra={"why": error.strerror})

    def _note(self, kind: str, **facts: object) -> None:
        now = self._clock()
        self._journal.append([encode({"kind": kind, "time": now.isoformat(), **facts})], now.date())

    def __enter__(self) -> Self:
        """Open the log.

        Raises:
            ConfigError: It cannot be written, is broken, or another gateway has it.
        """
        with contextlib.ExitStack() as stack:
            self._journal = stack.enter_context(open_journal(self._storage))
            try:
                self._note("start", retention_days=self._days)
            except OSError as error:
                raise ConfigError(f"{self._journal.folder}: {error.strerror}") from None
            self._commits = Commits(self._write)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._open:
            self._commits.close()
            with contextlib.suppress(OSError):  # then the log just ends, as after a crash
                self._note("stop")


@contextlib.asynccontextmanager
async def open_log(config: Config) -> AsyncIterator[DecisionLog]:
    """Keep the gateway's log while the block runs; what is too old is removed now and then.

    Raises:
        ConfigError: It cannot be written, is broken, or another gateway has it.
    """
    decisions = DecisionLog(
        config.data,
        seal=seal_by(config.audit_key),
        days=config.audit_days,
        segment_bytes=config.audit_segment_bytes,
    )

    async def sweeping() -> None:
        while True:
            await decisions.sweep()
            await asyncio.sleep(_SWEEP_S)

    with decisions:
        task = asyncio.create_task(sweeping(), name="retention")
        try:
            yield decisions
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _asked() -> dict[str, object]:
    """Whose call it is about."""
    asks = caller()
    if asks is None:
        return {}
    who = asking()
    return {
        "caller": asks.peer,
        "request_id": asks.request_id,
        "asked_time": asks.began.isoformat(),
        **({"subject": who.subject, "key_id": who.key_id} if who else {}),
    }
