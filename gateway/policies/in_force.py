"""The policy table in force, and what became of the last one that was offered."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from faces.errors import StoreUnavailable
from faces.policy import PolicyTable, Row
from gateway.policies import metrics
from gateway.policies.history import History
from meshkit.config import ConfigError
from meshkit.policy_file import TableWrong, decode, parse, read

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why the policy file as it stands is not what is in force."""

    reason: str
    """One line, without the file's path."""

    time: datetime
    """When it was read."""


class InForce:
    """Always one whole table. Another takes its place for the calls that begin after it.

    A call that needs several lines takes one row, or `table`, and keeps it.
    """

    def __init__(self, table: PolicyTable, history: History) -> None:
        """Start with a table that is on record already; `first` does both."""
        self.table = table
        self.rejection: Rejection | None = None
        """None if the file holds what is in force."""
        self.history = history
        self._show()

    @classmethod
    async def first(cls, path: Path, history: History) -> Self:
        """Put the table of a file into force.

        Raises:
            ConfigError: It is wrong, or cannot be put on record: there is none to go on with.
        """
        try:
            text = decode(await asyncio.to_thread(read, path))
            table = await asyncio.to_thread(parse, text)
            await asyncio.to_thread(history.begin, table.version, text)
        except TableWrong as error:
            raise ConfigError(f"{path}: {error}") from None
        except StoreUnavailable:
            raise ConfigError(f"{history.path} cannot be used") from None
        return cls(table, history)

    @property
    def version(self) -> str:
        """Hash of the table's content."""
        return self.table.version

    def row(self, scene: str) -> Row:
        """The row of a scene.

        Raises:
            SceneUnknown: There is none.
        """
        return self.table.row(scene)

    async def offer(self, content: bytes | None) -> bool:
        """Put a file's table into force, or reject it whole and go on with the old one.

        Args:
            content: Of the file; None if it cannot be read.

        Returns:
            Whether that is the last word: not if it could not be put on record.
        """
        try:
            text = decode(content)
            table = await asyncio.to_thread(parse, text)
            if table.version != self.version:
                # On record first: no decision names a version that cannot be read back.
                await asyncio.to_thread(self.history.begin, table.version, text)
        except TableWrong as problem:
            self._reject(str(problem))
            return True
        except StoreUnavailable:
            self._reject("it cannot be put on record; the gateway's disk may be full")
            return False
        if table.version != self.version or self.rejection:
            self._take(table)
        return True

    def _take(self, table: PolicyTable) -> None:
        self.table, self.rejection = table, None
        metrics.READ.labels("taken").inc()
        log.info("the policy file is in force", extra={"policy_version": table.version})
        self._show()

    def _reject(self, reason: str) -> None:
        if self.rejection and self.rejection.reason == reason:
            return
        self.rejection = Rejection(reason, datetime.now(UTC))
        metrics.READ.labels("rejected").inc()
        facts = {"policy_version": self.version, "problem": reason}
        log.error("the policy file was rejected; the old table stays in force", extra=facts)
        self._show()

    def _show(self) -> None:
        metrics.IN_FORCE.info({"version": self.version})
        metrics.REJECTED.set(self.rejection is not None)
