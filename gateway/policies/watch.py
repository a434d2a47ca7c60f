"""Watches the policy file: edited in place, replaced, or behind a link that is swapped."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from gateway.policies.history import History
from gateway.policies.in_force import InForce
from meshkit.policy_file import read

log = logging.getLogger(__name__)


class Looks:
    """Tells when content changed and came to rest: two looks in a row found the same."""

    def __init__(self) -> None:
        # What was read at the start is due, too: it may have changed before the first look.
        self._judged: object = object()
        self._seen = self._judged

    def due(self, content: bytes | None) -> bool:
        """Whether what this look found is to be judged."""
        rests, self._seen = content == self._seen, content
        return rests and content != self._judged

    def judged(self, content: bytes | None) -> None:
        """Note that it need not be judged again."""
        self._judged = content


@contextlib.asynccontextmanager
async def in_force(path: Path, history: History, *, look_s: float) -> AsyncIterator[InForce]:
    """Put a file's table into force and, while the block runs, whatever it holds next.

    Looks at the content, which is a few kilobytes: a file may change within one tick of
    its time stamp. What changed is left alone until two looks in a row find the same, so
    that a file that is being written is not taken for a table.

    Args:
        path: The policy file.
        history: Where tables are put on record.
        look_s: Seconds between two looks.

    Raises:
        ConfigError: There is no table to begin with. See `InForce.first`.
    """
    policies = await InForce.first(path, history)
    task = asyncio.create_task(_watch(path, policies, look_s), name="policy file")
    try:
        yield policies
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _watch(path: Path, policies: InForce, look_s: float) -> None:
    looks = Looks()
    while True:
        content = await asyncio.to_thread(read, path)
        if looks.due(content):
            try:
                if await policies.offer(content):
                    looks.judged(content)
            except Exception:
                # Nobody else would watch: it is tried again.
                log.exception("the policy file could not be judged")
        await asyncio.sleep(look_s)
